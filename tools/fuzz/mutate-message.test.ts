import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type Bytes } from '@strongroom/core';
import { CredentialSchema, DirectorySchema } from '@strongroom/wire/vault';
import { expect, test } from 'vitest';
import { readFields, writeFields } from './fields.ts';
import { mutateMessage, withOddKey } from './mutate-message.ts';
import { oddKeys } from './odd-keys.ts';
import { Rng } from './rng.ts';

const vaults = [1, 2, 3].map((index) => ({
  index,
  vaultId: new Uint8Array(16).fill(index),
  hpkePublicKey: new Uint8Array(1216).fill(index),
  operator: 'somebody',
}));
const message = new Uint8Array(
  toBinary(DirectorySchema, create(DirectorySchema, { epoch: 2n ** 60n, threshold: 2, vaults })),
);
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const mutants = (count: number): Bytes[] =>
  Array.from({ length: count }, (_, seed) => mutateMessage(new Rng(seed), [message]));

test('a message that is read and written is the same', () => {
  const credential = toBinary(
    CredentialSchema,
    create(CredentialSchema, {
      publicShares: [new Uint8Array(32), new Uint8Array(0)],
      stretch: { passes: 3 },
    }),
  );
  for (const bytes of [message, new Uint8Array(credential)])
    expect(toHex(writeFields(readFields(bytes)!))).toBe(toHex(bytes));
  expect(readFields(message.subarray(0, -1).slice())).toBeUndefined();
  expect(readFields(Uint8Array.of(0x0b))).toBeUndefined();
});

test('mutants are the same every time, and nearly all differ from each other and from what was valid', () => {
  const hexes = mutants(1000).map(toHex);
  expect(mutants(1000).map(toHex)).toEqual(hexes);
  expect(new Set(hexes).size).toBeGreaterThan(700);
  expect(hexes.filter((hex) => hex === toHex(message)).length).toBeLessThan(100);
});

test('many mutants are still messages, so that what reads their fields is tried, too', () => {
  const readable = mutants(1000).flatMap((bytes) => {
    try {
      return [fromBinary(DirectorySchema, bytes)];
    } catch {
      return [];
    }
  });
  expect(readable.length).toBeGreaterThan(300);
  expect(readable.length).toBeLessThan(950);
  // One change in the middle of a list of vaults.
  expect(readable.some(({ vaults }) => vaults.length === 3 && vaults[1]!.vaultId.length !== 16)).toBe(true);
});

test('an odd key comes where a key can be', () => {
  const planted = withOddKey(new Rng(1), new Uint8Array(96).fill(5));
  expect(planted).toHaveLength(96);
  const keys = [0, 32, 64].map((at) => toHex(planted.subarray(at, at + 32)));
  expect(keys.filter((key) => key !== '05'.repeat(32))).toHaveLength(1);
  expect(new Set(oddKeys.map((key) => key.length))).toEqual(new Set([32]));
});
