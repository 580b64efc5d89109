import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MessageView } from '../../../engine/contract.ts';
import { inRows, readMedia } from './gallery.ts';

test.each([0, 1, 499, 500, 501, 1400])('all %d media are read, once each', async (count) => {
  const all = Array.from({ length: count }, (_, id) => {
    const message: Partial<MessageView> = { id };
    return message as MessageView;
  });
  const mediaOf = async (_: number, offset: number, limit: number): Promise<readonly MessageView[]> =>
    all.slice(offset, offset + limit);
  expect(await readMedia({ mediaOf }, 1)).toEqual(all);
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
