import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import {
  refusalOf,
  signCommit,
  signDrop,
  signErase,
  signHeal,
  signMark,
  signPropose,
  valueOf,
  type Dealt,
  type Reply,
  type RequestShape,
  type TestOwner,
} from '@strongroom/vault/testing';
import { Slot, VaultEvent, type Described } from '@strongroom/wire/vault';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PoolNodes, type NodeMode } from './kit/pool-nodes.ts';

const password = 'mint garage 13';
const modes: NodeMode[] = ['mute', 'late'];
let world: PoolNodes;
beforeEach(async () => {
  world = await PoolNodes.open();
});
afterEach(() => world.close());

const describeAccount = (): Promise<Described> => world.device.describe(1);
const slots = async (): Promise<[Slot, string][]> =>
  (await describeAccount()).slots.map(({ slot, generation }) => [slot, toHex(generation)]);
const opened = (): VaultEvent[] => world.events.filter((event) => event === VaultEvent.OPENED);
const counted = (): VaultEvent[] =>
  world.events.filter(
    (event) => event === VaultEvent.GUESS_COUNTED || event === VaultEvent.LAST_GUESS_COUNTED,
  );

/** Sends a request that both nodes get. */
async function twice(mode: NodeMode, request: RequestShape, withProposeKey = false): Promise<Reply> {
  const { device } = world;
  const { proposeKey } = await device.describe(1);
  return world.sendingTwice(mode, () => device.send(1, request, withProposeKey ? proposeKey : undefined));
}

// What was applied the first time is stale the second; where the first came late, it was the second that was applied.
function expectApplied(mode: NodeMode, reply: Reply, refusal = 'stale'): void {
  const said = reply.case === 'refused' ? refusalOf(reply) : reply.case;
  expect(said).toBe(mode === 'late' ? 'accepted' : refusal);
}

async function propose(mode: NodeMode, dealt: Dealt, by?: TestOwner): Promise<Reply> {
  return twice(mode, signPropose(await world.device.target(1), dealt, by), true);
}

describe.each(modes)('a request that two nodes get, the first of which is %s', (mode) => {
  test('Describe says the same', async () => {
    await world.device.register(password);
    const before = await describeAccount();
    const reply = valueOf(await twice(mode, { case: 'describe', value: {} }), 'described');
    expect(reply).toEqual(before);
    expect(await describeAccount()).toEqual(before);
  });

  test('Propose and Commit register once', async () => {
    const dealt = await world.device.deal(password);
    expectApplied(mode, await propose(mode, dealt));
    expect(await slots()).toEqual([[Slot.CANDIDATE, toHex(dealt.generation)]]);
    expectApplied(mode, await twice(mode, signCommit(await world.device.target(1), dealt)));
    expect(await slots()).toEqual([[Slot.LIVE, toHex(dealt.generation)]]);
    expect(world.events).toEqual([VaultEvent.REGISTERED]);
    expect(await world.device.open(password, dealt)).toBe(toHex(dealt.backupKey));
  });

  test('Begin is counted once and answered alike, guess by guess to the last', async () => {
    const { device } = world;
    const dealt = await device.register(password);
    for (let guessed = 1; guessed <= 10; guessed++) {
      const begin = device.newGuess(`wrong ${guessed}`, dealt).beginRequest(device.vault(1).vaultId);
      const { ticket, guessesLeft } = valueOf(await twice(mode, begin), 'begun');
      expect(guessesLeft).toBe(10 - guessed);
      // Whoever asks again gets the reply that was stored, though both nodes had the request.
      const again = valueOf(await device.send(1, begin), 'begun');
      expect(toHex(again.ticket)).toBe(toHex(ticket));
      expect(counted()).toHaveLength(guessed);
      expect((await describeAccount()).failuresSinceOpening).toBe(guessed);
      world.advance(48 * 3_600_000);
    }
    expect(await device.open(password, dealt)).toBe('locked');
  });

  test('Begin of two devices at once is evaluated as often as it is counted, and never more', async () => {
    const { device } = world;
    const dealt = await device.register(password);
    const mine = device.newGuess('wrong 1', dealt).beginRequest(device.vault(1).vaultId);
    const theirs = device.newGuess('wrong 2', dealt).beginRequest(device.vault(1).vaultId);
    const replies = [await twice(mode, mine), await device.send(1, theirs), await twice(mode, mine)];
    expect(replies.map((reply) => valueOf(reply, 'begun').guessesLeft)).toEqual([9, 8, 7]);
    expect(counted()).toHaveLength(3);
    expect((await describeAccount()).guessesLeft).toBe(7);
  });

  test('Finish opens once', async () => {
    const { device } = world;
    const dealt = await device.register(password);
    const { vaultId } = device.vault(1);
    expect(await device.open('wrong', dealt)).toBe('wrong-password');
    const guess = device.newGuess(password, dealt);
    const begun = valueOf(await twice(mode, guess.beginRequest(vaultId)), 'begun');
    const right = guess.conclude([[vaultId, begun]]);
    if (right === 'wrong-password') throw new Error(right);
    const finished = valueOf(await twice(mode, right.finishRequest(vaultId, begun.ticket)), 'finished');
    const { body, backupKey } = await right.open(vaultId, finished);
    expect(toHex(backupKey)).toBe(toHex(dealt.backupKey));
    expect(body.failuresSinceOpening).toBe(1);
    expect(opened()).toHaveLength(1);
    expect(await describeAccount()).toMatchObject({ failuresSinceOpening: 0, guessesLeft: 10 });
  });

  test('Heal, Mark and Erase do what they do once', async () => {
    const { device } = world;
    const dealt = await device.register(password);
    await device.open('wrong', dealt);
    expectApplied(mode, await twice(mode, signHeal(await device.target(1), dealt)));
    expect((await describeAccount()).failuresSinceOpening).toBe(0);
    const mark = async (number: bigint, hash: Bytes): Promise<RequestShape> =>
      signMark(await device.target(1), dealt, number, hash);
    expectApplied(mode, await twice(mode, await mark(2n, randomBytes(32))));
    expect(refusalOf(await device.send(1, await mark(1n, randomBytes(32))))).toBe('stale');
    expect((await device.send(1, await mark(3n, randomBytes(32)))).case).toBe('accepted');
    expectApplied(mode, await twice(mode, signErase(await device.target(1), dealt)), 'not-registered');
    expect(await slots()).toEqual([]);
    expect(world.events.filter((event) => event === VaultEvent.ERASED)).toHaveLength(1);
  });

  test('Propose that contests keeps its delay, and Drop ends it once', async () => {
    const { device } = world;
    const live = await device.register(password);
    const other = await device.deal('another');
    expectApplied(mode, await propose(mode, other));
    const { slots: held } = await describeAccount();
    const [, contested] = held;
    expect(contested).toMatchObject({ slot: Slot.CONTESTED, generation: other.generation });
    const late = signPropose(await device.target(1), other);
    expectApplied(mode, await twice(mode, signDrop(await device.target(1), other, live.owner)));
    expect(await slots()).toEqual([[Slot.LIVE, toHex(live.generation)]]);
    // What was signed before cannot bring it back.
    const { proposeKey } = await describeAccount();
    expect(refusalOf(await device.send(1, late, proposeKey))).toBe('stale');
    expect(world.events.filter((event) => event === VaultEvent.DROPPED)).toHaveLength(1);
  });
});
