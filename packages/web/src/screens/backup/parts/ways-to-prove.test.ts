import { expect, test } from 'vitest';
import type { BackupView } from '../../../engine/contract.ts';
import { nothingYet } from '../../../shell/engine.ts';
import { waysToProve } from './ways-to-prove.ts';

const passkeys = [{ id: 'ab', name: 'mine', addedAt: 0 }];
const vault = {
  guessesLeft: 10,
  guessLimit: 10,
  locked: false,
  failuresSinceOpening: 0,
  operators: [],
  threshold: 1,
};
const all: BackupView = {
  ...nothingYet.backup,
  on: true,
  ways: { password: true, key64: 'kept', passkeys },
  vault,
};

test('everything that opens the backup proves that it’s you, the handiest first', () => {
  expect(waysToProve(all)).toEqual(['password', 'passkey', 'key']);
  expect(waysToProve(nothingYet.backup)).toEqual([]);
});

test.each<[string, Partial<BackupView>]>([
  ['that is locked', { vault: { ...vault, locked: true } }],
  ['that was set without a proof', { passwordProvesFrom: 1 }],
])('a password %s proves nothing', (_, change) => {
  expect(waysToProve({ ...all, ...change })).toEqual(['passkey', 'key']);
});

test('a key that nobody has shown to have kept is not asked for', () => {
  const ways = { password: false, key64: 'unconfirmed', passkeys: [] } as const;
  expect(waysToProve({ ...all, ways })).toEqual([]);
});
