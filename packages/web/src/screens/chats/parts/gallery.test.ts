import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MessageView } from '../../../engine/contract.ts';
import { inRows, readMedia } from './gallery.ts';

test.each([0, 1, 499, 500, 501, 1400, 25_000])('all %d media are read, once each', async (count) => {
  const all = Array.from({ length: count }, (_, id) => {
    const message: Partial<MessageView> = { id };
    return message as MessageView;
  });
  const mediaOf = async (_: number, offset: number, limit: number): Promise<readonly MessageView[]> =>
    all.slice(offset, offset + limit);
  const told: { messages: readonly MessageView[]; complete: boolean }[] = [];
  for await (const some of readMedia({ mediaOf }, 1)) told.push(some);
  expect(told.at(-1)).toEqual({ messages: all, complete: true });
  for (const { messages, complete } of told.slice(0, -1)) {
    expect(messages).toEqual(all.slice(0, messages.length));
    expect(complete).toBe(false);
  }
  expect(told[0]?.messages.length).toBe(Math.min(count, 500));
  expect(told.length).toBeLessThan(10);
});

test('rows have every item, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), (items, width) => {
      const rows = inRows(items, width);
      expect(rows.flat()).toEqual(items);
      expect(rows.slice(0, -1).every((row) => row.length === width)).toBe(true);
    }),
  );
});
