import { changePassword, checkPassword, settlePending, type Device } from '@strongroom/client';
import { isStrongroomError, Secret, StrongroomError, type Bytes } from '@strongroom/core';
import { expect, test } from 'vitest';
import { campaignSize } from '../tools/campaign.ts';
import { Rng } from '../tools/fuzz/rng.ts';
import { ThresholdFleet, typedTwice, type Carry } from './kit/threshold-fleet.ts';

// A real device, real vaults, and a front door between them that drops, repeats, holds back, exchanges and replays what
// it carries. The device may fail; it never takes a wrong password for right, nor a right one for wrong, and never goes
// on with another key than its own.

const histories = campaignSize({ short: 2, long: 150 });
const stepsEach = 10;
const passwords = ['mint garage 42', 'river lamp 17 ok', 'seven pears jump'];

/** What the device may say when the front door is in its way. */
const failures = [
  'malformed',
  'unavailable',
  'offline',
  'vault-misbehaved',
  'stale',
  'must-wait',
  'locked',
  'not-authorised',
  'not-registered',
] as const;

test.each([
  { threshold: 1, vaults: 1 },
  { threshold: 2, vaults: 3 },
])(
  'behind a front door that does what it likes, before $threshold of $vaults vaults, a device is never deceived',
  async (size) => {
    const words = new Map<string, number>();
    let inTheWay = 0;
    const note = (): void => void inTheWay++;
    for (let seed = 0; seed < histories; seed++) {
      try {
        await oneHistory(new Rng(seed), size, words, note);
      } catch (cause) {
        throw new Error(`seed ${seed}`, { cause });
      }
    }
    expect(words.get('ok'), 'attempts that came to an end all the same').toBeGreaterThan(0);
    // Whether one of so few attempts fails for it is a matter of luck: vaults are asked again.
    expect(inTheWay, 'messages that were not carried as they should').toBeGreaterThan(histories);
  },
  3_600_000,
);

async function oneHistory(
  rng: Rng,
  size: { threshold: number; vaults: number },
  words: Map<string, number>,
  onHostility: () => void,
): Promise<void> {
  const fleet = await ThresholdFleet.open(size);
  const phone = await fleet.turnOn(passwords[0]!);
  const { key } = phone.state.backup!;
  fleet.carry = hostile(rng, onHostility);
  // Any of these may be the one that opens: a change may have been made though its device does not know.
  const possible = new Set([passwords[0]!]);
  for (let i = 0; i < stepsEach; i++) {
    const word = await step(rng, phone, possible);
    words.set(word, (words.get(word) ?? 0) + 1);
    expect(phone.state.backup?.key, 'the device keeps its key').toBe(key);
  }
  fleet.carry = (_, sealed, serve) => serve(sealed);
  for (const left of await fleet.guessesLeft()) expect(left).toBeGreaterThanOrEqual(0);
}

async function step(rng: Rng, phone: Device, possible: Set<string>): Promise<string> {
  if (rng.oneIn(4)) {
    const next = rng.pick(passwords);
    const word = await wordOf(async () => {
      await settlePending(phone);
      await changePassword(phone, typedTwice(next));
    });
    // What was proposed may be committed later, and until then the old one opens.
    possible.add(next);
    if (word === 'ok') {
      possible.clear();
      possible.add(next);
    }
    return word;
  }
  const typed = rng.oneIn(2) ? [...possible].at(-1)! : 'nobody chose this 1';
  const word = await wordOf(() => checkPassword(phone, new Secret(typed)));
  if (!possible.has(typed)) expect(word, 'a wrong password is never right').not.toBe('ok');
  if (possible.size === 1 && possible.has(typed))
    expect(word, 'a right password is never wrong').not.toBe('wrong-password');
  return word;
}

async function wordOf(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
    return 'ok';
  } catch (error) {
    if (isStrongroomError(error, ...failures, 'wrong-password', 'contested')) return error.code;
    throw error;
  }
}

interface Carried {
  readonly serve: (sealed: Bytes) => Promise<Bytes>;
  readonly sealed: Bytes;
}

function drop(): never {
  throw new StrongroomError('unavailable', { answered: 0, needed: 1 });
}

/** Carries every other message as it should; for the rest, does one of what can be done to it, and says so. */
function hostile(rng: Rng, onHostility: () => void): Carry {
  const seen: Carried[] = [];
  const answers: Bytes[] = [];
  const heldBack: Carried[] = [];
  const quietly = async ({ serve, sealed }: Carried): Promise<void> => {
    await serve(sealed).then(
      (answer) => void answers.push(answer),
      () => undefined,
    );
  };
  return async (_, sealed, serve) => {
    const message = { serve, sealed };
    seen.push(message);
    const other = rng.pick(seen);
    const ways: readonly (() => Promise<Bytes>)[] = [
      async () => drop(),
      () => quietly(message).then(drop),
      async () => {
        heldBack.push(message);
        return drop();
      },
      () => quietly(message).then(() => serve(sealed)),
      () => serve(other.sealed),
      () => other.serve(sealed),
      () => quietly(other).then(() => serve(sealed)),
      () => quietly(message).then(() => (answers.length === 0 ? drop() : rng.pick(answers))),
      async () => {
        for (const held of heldBack.splice(0)) await quietly(held);
        return serve(sealed);
      },
    ];
    const fair = rng.oneIn(2);
    if (!fair) onHostility();
    const answer = fair ? await serve(sealed) : await rng.pick(ways)();
    answers.push(answer);
    return answer;
  };
}
