import { create } from '@bufbuild/protobuf';
import { equalBytes, toHex } from '@strongroom/core';
import { PolicySchema, Slot } from '@strongroom/wire/vault';
import { beforeEach, describe, expect, it } from 'vitest';
import { defaultPolicy } from './rules/policy.ts';
import {
  FaultyStore,
  newDevice,
  refusalOf,
  signErase,
  TestVaults,
  valueOf,
  type Dealt,
  type Fault,
  type TestDevice,
} from './testing/index.ts';

const crashes = ['crash before', 'crash after'] as const;
const patient = create(PolicySchema, { ...defaultPolicy, waits: [] });

let store: FaultyStore;
let vaults: TestVaults;
let device: TestDevice;
let old: Dealt;
beforeEach(async () => {
  store = new FaultyStore();
  vaults = await TestVaults.open({ store: () => store, policy: patient });
  device = newDevice(vaults);
  old = await device.register('old');
});

/** Runs something while the n-th write fails, then starts the vault again. */
async function crashAt(write: number, fault: Fault, run: () => Promise<unknown>): Promise<void> {
  store.plan((n) => (n === write ? fault : undefined));
  await expect(run()).rejects.toThrow('power cut');
  store.plan(() => undefined);
  await vaults.restart(1);
}

async function liveIs({ generation }: Dealt): Promise<boolean> {
  const { slots } = await device.describe(1);
  return slots.some((slot) => slot.slot === Slot.LIVE && equalBytes(slot.generation, generation));
}

describe.for(crashes)('%s', (fault) => {
  it.for([1, 2])('write %i of a first registration: it can be made again, and opens', async (write) => {
    const other = newDevice(vaults);
    const dealt = await other.deal('first');
    await crashAt(write, fault, async () => {
      await other.propose(1, dealt);
      await other.commit(1, dealt);
    });
    const { slots } = await other.describe(1);
    if (slots.length === 0) await other.propose(1, dealt);
    if (slots[0]?.slot !== Slot.LIVE) await other.commit(1, dealt);
    expect(await other.open('first', dealt)).toBe(toHex(dealt.backupKey));
  });

  it.for([1, 2])('write %i of a change: the live password opens, the old or the new', async (write) => {
    const changed = await device.deal('new', { owner: old.owner, backupKey: old.backupKey });
    await crashAt(write, fault, async () => {
      await device.propose(1, changed);
      await device.commit(1, changed);
    });
    const replaced = write === 2 && fault === 'crash after';
    expect(await liveIs(old)).toBe(!replaced);
    expect(await liveIs(changed)).toBe(replaced);
    const key = toHex(old.backupKey);
    expect(await device.open('old', old)).toBe(replaced ? 'stale' : key);
    // A candidate opens beside the live one, for the device that tries it before it commits.
    expect(await device.open('new', changed)).toBe(write === 1 && fault === 'crash before' ? 'stale' : key);
  });

  it('a change: the device finishes it at its next start', async () => {
    const changed = await device.deal('new', { owner: old.owner, backupKey: old.backupKey });
    await device.propose(1, changed);
    await crashAt(1, fault, () => device.commit(1, changed));
    if (!(await liveIs(changed))) await device.commit(1, changed);
    expect(await device.open('new', changed)).toBe(toHex(old.backupKey));
    expect(await device.open('old', old)).toBe('stale');
  });

  it('a guess: no answer leaves without its count, and the same KE1 gets it later', async () => {
    const guess = device.newGuess('old', old);
    const { vaultId } = device.vault(1);
    await crashAt(1, fault, () => device.send(1, guess.beginRequest(vaultId)));
    const counted = fault === 'crash after' ? 1 : 0;
    expect((await device.describe(1)).failuresSinceOpening).toBe(counted);
    const begun = valueOf(await device.send(1, guess.beginRequest(vaultId)), 'begun');
    expect((await device.describe(1)).failuresSinceOpening).toBe(1);
    const result = guess.conclude([[vaultId, begun]]);
    if (result === 'wrong-password') throw new Error(result);
    const finish = result.finishRequest(vaultId, begun.ticket);
    await crashAt(1, fault, () => device.send(1, finish));
    expect((await device.send(1, finish)).case).toBe('finished');
    expect((await device.describe(1)).failuresSinceOpening).toBe(0);
  });

  it('the last guess, which was right: it still opens, and nothing else does', async () => {
    for (let i = 0; i < 9; i++) await device.open(`wrong ${i}`, old);
    const guess = device.newGuess('old', old);
    const { vaultId } = device.vault(1);
    await crashAt(1, fault, () => device.send(1, guess.beginRequest(vaultId)));
    const begun = valueOf(await device.send(1, guess.beginRequest(vaultId)), 'begun');
    expect(begun.guessesLeft).toBe(0);
    expect(await device.open('old', old)).toBe('locked');
    const result = guess.conclude([[vaultId, begun]]);
    if (result === 'wrong-password') throw new Error(result);
    const finished = valueOf(await device.send(1, result.finishRequest(vaultId, begun.ticket)), 'finished');
    expect(toHex((await result.open(vaultId, finished)).backupKey)).toBe(toHex(old.backupKey));
  });

  it('an Erase: all is there or nothing is', async () => {
    const erase = signErase(await device.target(1), old);
    await crashAt(1, fault, () => device.send(1, erase));
    const after = await device.open('old', old);
    expect(after).toBe(fault === 'crash after' ? 'not-registered' : toHex(old.backupKey));
  });
});

describe('conflicts', () => {
  it('make the rules run again on the fresh record, and count once', async () => {
    store.plan((write) => (write <= 5 ? 'conflict' : undefined));
    expect(await device.open('wrong', old)).toBe('wrong-password');
    expect((await device.describe(1)).failuresSinceOpening).toBe(1);
  });

  it('without end give up: nothing is answered and nothing counted', async () => {
    store.plan(() => 'conflict');
    await expect(device.open('old', old)).rejects.toMatchObject({ code: 'unavailable' });
    store.plan(() => undefined);
    expect((await device.describe(1)).failuresSinceOpening).toBe(0);
  });

  it('between two processes: every guess that was answered was counted, once', async () => {
    const second = await vaults.openAgain(1);
    const processes = [vaults.vault(1), second];
    const relays = processes.map((vault) => async (vaultId: Uint8Array, sealed: Uint8Array) => {
      const { sealedAnswer } = await vault.serve(
        await vaults.serveRequest(device.accountId, vaultId, sealed),
      );
      return new Uint8Array(sealedAnswer);
    });
    const { tenant, directory } = vaults;
    const both = relays.map((relay) =>
      newDevice({ tenant, directory, relay: () => relay }, device.accountId),
    );
    const { vaultId } = device.vault(1);
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        both[i % 2]!.send(1, device.newGuess(`wrong ${i}`, old).beginRequest(vaultId)).then(
          refusalOf,
          (error: { code: string }) => error.code,
        ),
      ),
    );
    const released = outcomes.filter((outcome) => outcome === 'begun').length;
    const { guessesLeft } = await device.describe(1);
    expect(released).toBe(10 - guessesLeft);
    expect(released).toBeGreaterThan(0);
    for (const outcome of outcomes) expect(['begun', 'locked', 'unavailable']).toContain(outcome);
  });
});
