import {
  cancelReplacement,
  changePassword,
  checkPassword,
  disable,
  enable,
  settlePending,
  type Device,
} from '@strongroom/client';
import { ownerSeed } from '@strongroom/archive';
import { isStrongroomError, Secret, StrongroomError } from '@strongroom/core';
import { TestOwner } from '@strongroom/vault/testing';
import { describe, expect, test } from 'vitest';
import { codeOf, ThresholdFleet, typedTwice } from './kit/threshold-fleet.ts';

const week = 7 * 86_400_000;
const gone = (): StrongroomError => new StrongroomError('offline', { server: 'a vault' });
const open = (device: Device, password: string): Promise<string> =>
  codeOf(checkPassword(device, new Secret(password)));

/** What a change of password asks of each vault, in order. */
const steps = [
  'describe',
  'propose',
  'describe',
  'describe',
  'begin',
  'finish',
  'describe',
  'commit',
] as const;

/** From when on a vault does not answer any more: the step that it is asked for, and whether it still does that one. */
const faults: readonly (readonly [step: number, does: boolean])[] = [
  [0, false],
  [steps.indexOf('propose'), false],
  [steps.indexOf('propose'), true],
  [steps.indexOf('begin'), true],
  [steps.indexOf('commit'), false],
  [steps.indexOf('commit'), true],
];

describe('a change of password whose vaults go away in the middle leaves the old or the new one, never neither', () => {
  test.each([
    [2, 2, [1]],
    [2, 3, [1]],
    [2, 3, [1, 2]],
    [3, 4, [1, 2]],
  ])('%i of %i vaults, of which %j fail', async (threshold, vaults, failing) => {
    const fleet = await ThresholdFleet.open({ threshold, vaults });
    let current = 'mint garage 100';
    const phone = await fleet.turnOn(current);
    for (const [i, [step, does]] of faults.entries()) {
      const next = `mint garage ${101 + i}`;
      const where = `${does ? 'after' : 'before'} ${steps[step]}`;
      failFrom(fleet, failing, step, does);
      const changed = await codeOf(changePassword(phone, typedTwice(next)));
      const whileAway = changed === 'ok' ? 'finished' : await codeOf(settlePending(phone));
      answerAgain(fleet);

      // A new phone, which knows of nothing unfinished.
      const other = await fleet.another(phone);
      const seen = [await open(other, current), await open(other, next)];
      expect(seen.toSorted(), `${where}: ${changed}, then ${whileAway}`).toEqual(['ok', 'wrong-password']);

      await settlePending(phone);
      expect(phone.state.pending, `pending ${where}`).toBeUndefined();
      // What was reported as done is done; else it is either of them.
      const opensNext = (await open(phone, next)) === 'ok';
      expect(opensNext || changed !== 'ok', `changed ${where}`).toBe(true);
      current = opensNext ? next : current;
      expect(await open(phone, current), `settled ${where}`).toBe('ok');
    }
  });

  test.each([
    [2, 2, [1]],
    [3, 4, [1, 2]],
  ])(
    '%i of %i: those that confirmed it may be the ones that are away',
    async (threshold, vaults, confirmed) => {
      const fleet = await ThresholdFleet.open({ threshold, vaults });
      const phone = await fleet.turnOn('mint garage 1');
      const others = fleet.indexes.filter((index) => !confirmed.includes(index));
      failFrom(fleet, others, steps.indexOf('commit'), false);
      expect(await codeOf(changePassword(phone, typedTwice('mint garage 2')))).toBe('offline');
      answerAgain(fleet);
      for (const index of confirmed) fleet.unreachable.add(index);
      expect(await codeOf(settlePending(phone))).toBe('unavailable');
      fleet.unreachable.clear();
      expect(await settlePending(phone)).toBe('finished');
      expect(await open(phone, 'mint garage 2')).toBe('ok');
      expect(await open(phone, 'mint garage 1')).toBe('wrong-password');
    },
  );
});

describe('an opening that one vault missed', () => {
  test('is a failure there alone, until the next opening or change brings the counters together', async () => {
    const fleet = await ThresholdFleet.open({ threshold: 2, vaults: 3 });
    const phone = await fleet.turnOn('mint garage 1');
    const missOne = async (): Promise<void> => {
      failFrom(fleet, [3], 2, false);
      expect(await open(phone, 'mint garage 1')).toBe('ok');
      answerAgain(fleet);
      expect(await fleet.guessesLeft()).toEqual([10, 10, 9]);
    };
    await missOne();
    expect(await open(phone, 'mint garage 1')).toBe('ok');
    expect(await fleet.guessesLeft()).toEqual([10, 10, 10]);
    await missOne();
    await changePassword(phone, typedTwice('mint garage 2'));
    expect(await fleet.guessesLeft()).toEqual([10, 10, 10]);
  });
});

describe('turning off', () => {
  test.each([
    [1, 1, 0],
    [2, 2, 1],
    [2, 3, 1],
    [3, 5, 2],
  ])('%i of %i: holds although %i are away, and not with one more', async (threshold, vaults, away) => {
    const fleet = await ThresholdFleet.open({ threshold, vaults });
    const phone = await fleet.turnOn('mint garage 1');
    const witness = await fleet.another(phone);
    for (const index of fleet.indexes.slice(0, away + 1)) fleet.unreachable.add(index);
    expect(await codeOf(disable(phone, { proof: { way: 'proven' }, deleteBackups: false }))).toBe(
      'unavailable',
    );
    expect(phone.state.backup).toBeDefined();
    fleet.unreachable.delete(1);
    expect(await codeOf(disable(phone, { proof: { way: 'proven' }, deleteBackups: false }))).toBe('ok');
    fleet.unreachable.clear();
    expect(await open(witness, 'mint garage 1')).toBe('not-registered');
  });

  test('erases what was proposed and never committed, too', async () => {
    const fleet = await ThresholdFleet.open({ threshold: 3, vaults: 5 });
    const requests = fleet.requests();
    const backupKey = crypto.getRandomValues(new Uint8Array(32));
    const dealt = await requests.deal('mint garage 1', {
      backupKey,
      owner: new TestOwner(await ownerSeed(new Secret(backupKey))),
    });
    for (const index of fleet.indexes) await requests.propose(index, dealt);
    for (const index of [1, 2, 3]) await requests.commit(index, dealt);
    const phone = await fleet.holding(backupKey);
    const witness = await fleet.another(phone);
    fleet.unreachable.add(1);
    await disable(phone, { proof: { way: 'proven' }, deleteBackups: false });
    fleet.unreachable.clear();
    expect(await open(witness, 'mint garage 1')).toBe('not-registered');
  });

  test('with a vault away does not stand in the way of turning on again', async () => {
    const fleet = await ThresholdFleet.open({ threshold: 2, vaults: 3 });
    const phone = await fleet.turnOn('mint garage 1');
    fleet.unreachable.add(3);
    await disable(phone, { proof: { way: 'proven' }, deleteBackups: true });
    fleet.unreachable.clear();
    await enable(phone, { cloud: 'memory:', password: typedTwice('mint garage 2') });
    expect(await open(phone, 'mint garage 2')).toBe('ok');
    expect(await open(phone, 'mint garage 1')).toBe('wrong-password');
  });
});

describe.each([
  [1, 1],
  [2, 3],
])('a registration by somebody without the key, %i of %i', (threshold, vaults) => {
  test('waits a week, in which whoever has the key can cancel it', async () => {
    const fleet = await ThresholdFleet.open({ threshold, vaults });
    const phone = await fleet.turnOn('mint garage 1');
    const stranger = await fleet.device();
    const error: unknown = await turnOnToo(stranger).catch((reason: unknown) => reason);
    expect(isStrongroomError(error, 'contested') && error.details).toEqual({
      until: fleet.clock.now() + week,
    });
    expect(await open(phone, 'mint garage 1')).toBe('ok');
    fleet.clock.advance(week - 1);
    expect(await codeOf(turnOnToo(stranger))).toBe('contested');
    expect(await cancelReplacement(phone)).toBe(true);
    expect(await cancelReplacement(phone)).toBe(false);
    fleet.clock.advance(week);
    expect(await codeOf(turnOnToo(stranger))).toBe('replacement-cancelled');
    expect(await open(phone, 'mint garage 1')).toBe('ok');
  });

  test('takes the place of the other when nobody objects', async () => {
    const fleet = await ThresholdFleet.open({ threshold, vaults });
    const phone = await fleet.turnOn('mint garage 1');
    const stranger = await fleet.device();
    expect(await codeOf(turnOnToo(stranger))).toBe('contested');
    fleet.clock.advance(week);
    expect(await codeOf(turnOnToo(stranger))).toBe('ok');
    expect(await open(stranger, 'another one 9')).toBe('ok');
    expect(await open(phone, 'mint garage 1')).toBe('wrong-password');
  });
});

function turnOnToo(device: Device): Promise<void> {
  return enable(device, { cloud: 'memory:', password: typedTwice('another one 9') });
}

/** The vaults stop answering at their `step`-th request; `does`: that one is still carried out. */
function failFrom(fleet: ThresholdFleet, failing: readonly number[], step: number, does: boolean): void {
  const asked = new Map<number, number>();
  fleet.carry = async (index, sealed, serve) => {
    const count = asked.get(index) ?? 0;
    asked.set(index, count + 1);
    if (!failing.includes(index) || count < step) return serve(sealed);
    if (count === step && does) await serve(sealed);
    throw gone();
  };
}

function answerAgain(fleet: ThresholdFleet): void {
  fleet.carry = (_, sealed, serve) => serve(sealed);
}
