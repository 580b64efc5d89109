import { changePassword, checkPassword, settlePending, type Device } from '@strongroom/client';
import { Secret, type Bytes } from '@strongroom/core';
import { asyncProperty, assert as check, boolean, double, integer, record } from 'fast-check';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, ThresholdFleet, typedTwice, type Carry } from './kit/threshold-fleet.ts';

const right = 'mint garage 42';

/** One bit of one message on its way between a device and a vault. */
interface Flip {
  /** Of the messages that the front door carries, from 0. */
  readonly message: number;
  readonly inAnswer: boolean;
  /** Where in it: 0 to 1. */
  readonly where: number;
  readonly bit: number;
}

const flip = (messages: number) =>
  record({
    message: integer({ min: 0, max: messages - 1 }),
    inAnswer: boolean(),
    where: double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    bit: integer({ min: 0, max: 7 }),
  });

let fleet: ThresholdFleet;
let phone: Device;
const honestly: Carry = (_, sealed, serve) => serve(sealed);
const open = (password = right): Promise<string> => codeOf(checkPassword(phone, new Secret(password)));

afterEach(() => {
  fleet.carry = honestly;
});

describe('one vault: whoever carries the messages', () => {
  beforeAll(async () => {
    fleet = await ThresholdFleet.open({ threshold: 1, vaults: 1 });
    phone = await fleet.turnOn(right);
  });

  test('can change no bit of one without its being sent again, and cannot make it cost a guess', async () => {
    const property = asyncProperty(flip(3), async (flip) => {
      fleet.carry = flipping(flip);
      expect(await open()).toBe('ok');
      expect(await fleet.guessesLeft()).toEqual([10]);
    });
    await check(property, { numRuns: 25 });
  });

  test.each([
    ['cut short', (bytes: Bytes) => bytes.subarray(0, -1)],
    ['longer', (bytes: Bytes) => new Uint8Array([...bytes, 0])],
    ['empty', () => new Uint8Array()],
    ['as long, and garbage', (bytes: Bytes) => new Uint8Array(bytes.length).fill(7)],
  ])('cannot use one that is %s', async (_, change) => {
    fleet.carry = (_, sealed, serve) => serve(change(sealed));
    expect(await open()).toBe('malformed');
    fleet.carry = async (_, sealed, serve) => change(await serve(sealed));
    expect(await open()).toBe('malformed');
    fleet.carry = honestly;
    expect(await open()).toBe('ok');
  });

  test('cannot answer with an answer to another request', async () => {
    const answers: Bytes[] = [];
    fleet.carry = async (_, sealed, serve) => {
      const answer = await serve(sealed);
      answers.push(answer);
      return answer;
    };
    expect(await open()).toBe('ok');
    for (const old of answers) {
      fleet.carry = async () => old;
      expect(await open()).toBe('malformed');
    }
  });

  test('can repeat all of them without costing a guess or opening anything', async () => {
    const seen: Bytes[] = [];
    fleet.carry = async (_, sealed, serve) => {
      for (const old of seen) await serve(old).catch(() => undefined);
      seen.push(sealed);
      await serve(sealed);
      return serve(sealed);
    };
    expect(await open()).toBe('ok');
    expect(await open('mint garage 43')).toBe('wrong-password');
    fleet.carry = honestly;
    expect(await fleet.guessesLeft()).toEqual([9]);
  });

  test('and a guess whose every answer was altered is counted once', async () => {
    expect(await open()).toBe('ok');
    let message = 0;
    fleet.carry = async (_, sealed, serve) => {
      const answer = await serve(sealed);
      return message++ === 0 ? answer : flipBit(answer, 4000, 0);
    };
    expect(await open()).toBe('malformed');
    fleet.carry = honestly;
    expect(await fleet.guessesLeft()).toEqual([9]);
  });
});

describe('two of three vaults: whoever carries the messages', () => {
  beforeAll(async () => {
    fleet = await ThresholdFleet.open({ threshold: 2, vaults: 3 });
    phone = await fleet.turnOn(right);
  });

  test('of one vault and alters them all keeps nobody from opening', async () => {
    const property = asyncProperty(
      integer({ min: 1, max: 3 }),
      flip(1),
      async (vault, { where, bit, inAnswer }) => {
        fleet.carry = async (index, sealed, serve) => {
          if (index !== vault) return serve(sealed);
          return inAnswer ? flipBit(await serve(sealed), where, bit) : serve(flipBit(sealed, where, bit));
        };
        expect(await open()).toBe('ok');
      },
    );
    await check(property, { numRuns: 8 });
  });

  test('cannot pass the answer of one vault off as that of another', async () => {
    let last = new Uint8Array();
    fleet.carry = async (index, sealed, serve) => {
      const answer = await serve(sealed);
      if (index === 1) last = answer;
      return index === 2 ? last : answer;
    };
    expect(await open()).toBe('ok');
  });

  test('can alter a change of password at any place: the old or the new one opens, never neither or another', async () => {
    let [current, number] = [right, 100];
    // Describe, Propose, Describe, Describe, Begin, Finish, Describe, Commit at each of three.
    const property = asyncProperty(flip(24), async (flip) => {
      const next = `mint garage ${number++}`;
      fleet.carry = flipping(flip);
      const changed = await codeOf(changePassword(phone, typedTwice(next)));
      fleet.carry = honestly;
      const settled = await settlePending(phone);
      const expected = changed === 'ok' || settled === 'finished' ? next : current;
      expect(await open(expected)).toBe('ok');
      expect(await open(expected === next ? current : next)).toBe('wrong-password');
      current = expected;
    });
    await check(property, { numRuns: 8 });
  });
});

function flipping({ message, inAnswer, where, bit }: Flip): Carry {
  let count = 0;
  return async (_, sealed, serve) => {
    if (count++ !== message) return serve(sealed);
    return inAnswer ? flipBit(await serve(sealed), where, bit) : serve(flipBit(sealed, where, bit));
  };
}

/** @param where an offset, or below 1 a part of the length */
function flipBit(bytes: Bytes, where: number, bit: number): Bytes {
  const changed = new Uint8Array(bytes);
  changed[where < 1 ? Math.floor(where * bytes.length) : where]! ^= 1 << bit;
  return changed;
}
