import { create } from '@bufbuild/protobuf';
import { randomBytes, type Bytes } from '@strongroom/core';
import { KeyValueSchema, type KeyValue } from '@strongroom/wire/etcd';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle, type History } from './settle.ts';

const key = randomBytes(32);
const mine = randomBytes(16);

/** A key's writes, each at a revision of the store, as etcd would tell of them. */
function historyOf(writes: readonly { readonly at: bigint; readonly value: Bytes }[]): {
  now: KeyValue | undefined;
  history: History;
} {
  const at = (revision: bigint): KeyValue | undefined => {
    const write = writes.findLast((candidate) => candidate.at <= revision);
    return write && create(KeyValueSchema, { key, value: write.value, modRevision: write.at });
  };
  return { now: at(1_000_000n), history: async (revision) => at(revision) };
}

const nothing: History = async () => undefined;
const forgotten: History = () => Promise.reject(new Error('compacted'));

describe('settling', () => {
  it('finds what became of a write, whatever others wrote before and after', async () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(gaps, fc.nat(), fc.boolean(), async (steps, which, committed) => {
        let revision = 1n;
        const writes = steps.map((step) => ({ at: (revision += BigInt(step)), value: randomBytes(16) }));
        // What was expected is one of the writes, or nothing; what was written comes right after it, or never.
        const index = (which % writes.length) - 1;
        const expected = writes[index]?.at ?? 0n;
        if (committed) writes[index + 1]!.value = mine;
        const { now, history } = historyOf(writes);
        const outcome = await settle({ key, value: mine, expected }, now, history);
        expect(outcome).toBe(committed ? 'committed' : 'conflict');
      }),
    );
  });

  it('is a conflict when the key is gone', async () => {
    expect(await settle({ key, value: mine, expected: 5n }, undefined, nothing)).toBe('conflict');
  });

  it('does not say what it cannot know: the history is forgotten, or has no end', async () => {
    const { now } = historyOf([{ at: 9n, value: randomBytes(16) }]);
    await expect(settle({ key, value: mine, expected: 5n }, now, forgotten)).rejects.toThrow('compacted');
    const writes = Array.from({ length: 100 }, (_, i) => ({ at: BigInt(i + 2), value: randomBytes(16) }));
    const endless = historyOf(writes);
    const settling = settle({ key, value: mine, expected: 1n }, endless.now, endless.history);
    await expect(settling).rejects.toThrow('too many others');
  });
});
