import { create, toBinary } from '@bufbuild/protobuf';
import { toHex } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { PolicySchema, RecordSchema, Slot, VaultEvent } from '@strongroom/wire/vault';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { History, passwords } from '../testing/history.ts';
import { hour, minute, week } from '../testing/index.ts';
import { limits } from '../testing/model.ts';

beforeAll(ready);

const actor = fc.constantFrom('owner', 'owner', 'stranger' as const);
const which = fc.constantFrom(0, 0, 0, 1, 1, 2, 3);
// How many accepted requests a device that signs has missed.
const missed = fc.constantFrom(0, 0, 0, 0, 0, 1, 2);

type Method =
  | 'propose'
  | 'commit'
  | 'drop'
  | 'begin'
  | 'beginRight'
  | 'finish'
  | 'heal'
  | 'mark'
  | 'erase'
  | 'replay'
  | 'wait';
type Step = readonly [method: Method, ...values: readonly unknown[]];

const step = (weight: number, method: Method, ...values: readonly fc.Arbitrary<unknown>[]) => ({
  weight,
  arbitrary: fc.tuple(...values).map((values): Step => [method, ...values]),
});

const steps = fc.array(
  fc.oneof(
    step(4, 'propose', actor, which, missed),
    step(5, 'commit', fc.constantFrom('own', 'own', 'own', 'owner', 'stranger'), which, missed),
    step(1, 'drop', actor, which, missed),
    step(14, 'begin', which, which),
    step(5, 'beginRight', which),
    step(7, 'finish', which),
    step(1, 'heal', actor, missed),
    step(2, 'mark', actor, missed, which),
    step(1, 'erase', actor, missed),
    step(4, 'replay', fc.nat()),
    step(7, 'wait', fc.constantFrom(minute, minute, hour, week, week + 1)),
  ),
  { minLength: 10, maxLength: 60, size: 'max' },
);

/** A history that begins, as most do, with the owner's first password. */
async function begin(): Promise<History> {
  const history = new History();
  await history.propose('owner', 0, 0);
  history.commit('own', 0, 0);
  return history;
}

async function take(history: History, [method, ...values]: Step): Promise<void> {
  history.lastSent = undefined;
  history.before = history.counters();
  const run = history[method] as (this: History, ...values: readonly unknown[]) => Promise<void> | void;
  const live = history.liveGeneration();
  await run.apply(history, values);
  keepsItsPromises(history);
  if (history.liveGeneration() !== live && live !== undefined) history.replaced.add(live);
  expect(history.replaced, 'what was replaced is never live again').not.toContain(history.liveGeneration());
}

describe('any history', () => {
  it('goes as the model says, and breaks no promise', async () => {
    const all = fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const history = await begin();
        for (const step of steps) await take(history, step);
        replacedPasswordsOpenNothing(history);
        await theCurrentPasswordOpens(history);
      }),
      { numRuns: 80 },
    );
    await expect(all).resolves.toBeUndefined();
  }, 60_000);

  it('replayed as a whole evaluates nothing uncounted and revives nothing', async () => {
    const all = fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const history = await begin();
        for (const step of steps) await take(history, step);
        for (let at = 0; at < history.recorded.length; at++) {
          const live = history.liveGeneration();
          await take(history, ['replay', at]);
          if (history.liveGeneration() !== live) committedOnlyWhatWaited(history);
        }
      }),
      { numRuns: 25 },
    );
    await expect(all).resolves.toBeUndefined();
  }, 60_000);
});

function keepsItsPromises(history: History): void {
  const { account, model, before, lastSent, lastWord, evaluations } = history;
  const { record } = account;
  const now = history.counters();
  expect(now.begun, 'begun never falls').toBeGreaterThanOrEqual(before.begun);
  expect(now.opened, 'opened never falls').toBeGreaterThanOrEqual(before.opened);
  expect(now.opened).toBeLessThanOrEqual(now.begun);
  expect(evaluations, 'every evaluation is counted').toBe(now.begun);
  expect(now.begun - now.opened, 'failures in a row').toBeLessThanOrEqual(limits.guesses);
  if (now.begun - now.opened < before.begun - before.opened) {
    expect(`${lastSent?.kind} ${lastWord}`, 'what resets the count').toMatch(
      /^(finish finished|heal accepted|commit accepted)$/,
    );
  }
  if (model.guessesLeft === 0 && lastSent?.kind === 'begin' && lastWord === 'begun') {
    expect(history.lastEvent).toBe(VaultEvent.LAST_GUESS_COUNTED);
    expect(record?.live?.credential?.keyShare.length ?? 0).toBe(0);
    expect(record?.candidate?.credential?.keyShare.length ?? 0).toBe(0);
    expect(record?.contested?.credential?.keyShare.length ?? 0).toBe(0);
  }
}

/** A password opens only where it is live or a candidate; the record holds no trace of those that are gone. */
function replacedPasswordsOpenNothing({ account, registrations }: History): void {
  const held = [account.record?.live, account.record?.candidate, account.record?.contested];
  const generations = held.map((stored) => stored && toHex(stored.credential!.generation));
  const bytes = account.record ? toHex(toBinary(RecordSchema, account.record)) : '';
  for (const { dealt } of registrations) {
    if (generations.includes(toHex(dealt.generation))) continue;
    expect(['not-registered', 'stale']).toContain(account.try(dealt.password, dealt));
    const [credential] = [...dealt.credentials.values()];
    for (const secret of [credential!.keyShare, credential!.maskingKey, credential!.envelope])
      expect(bytes).not.toContain(toHex(secret));
  }
}

/** Never neither: what was committed last opens, unless it was guessed out. */
async function theCurrentPasswordOpens(history: History): Promise<void> {
  const { account, model } = history;
  if (!model.live || model.live.exhausted || model.guessesLeft === 0) return;
  account.waitAsTold();
  const { dealt, password } = history.find(model.live.of.id);
  expect(account.try(passwords[password]!, dealt)).toBe('opened');
  expect(account.describe().slots[0]?.slot).toBe(Slot.LIVE);
}

// Only a contested credential's own Commit, signed before its time had come, may still do something when played again.
function committedOnlyWhatWaited({ lastSent, lastEvent }: History): void {
  expect(lastSent?.kind).toBe('commit');
  expect(lastEvent).toBe(VaultEvent.REPLACED);
}

it('the model’s limits are a policy that can be had', () => {
  expect(create(PolicySchema, History.policy).waits).toHaveLength(limits.waits.length);
});
