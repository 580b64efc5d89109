import { deepStrictEqual, notDeepStrictEqual, ok, rejects } from 'node:assert';
import { concat, randomBytes, toHex, utf8, type Bytes, type HsmProblem, type Secret } from '@strongroom/core';
import type { Hsm } from '../hsm/hsm.ts';
import { isHsmError } from '../hsm/hsm-error.ts';
import { decodeTransportKey } from '../hsm/transport-key.ts';

/** A place with an HSM that keeps its keys while no process has it open. */
export interface HsmPlace {
  open(): Promise<Hsm>;
  /** The PIN of the security officer, where there is one. */
  readonly officer?: Secret<string>;
}

/** One promise of `Hsm`, and how it is tried on places that are as new. */
export interface HsmCase {
  readonly promise: string;
  readonly keep: (newPlace: () => Promise<HsmPlace>) => Promise<void>;
}

const aad = utf8('what it belongs to');
const record = utf8('a record');

/** Uses the HSM of a place, and closes it. */
export async function withHsm<T>(place: HsmPlace, use: (hsm: Hsm) => Promise<T>): Promise<T> {
  const hsm = await place.open();
  try {
    return await use(hsm);
  } finally {
    await hsm.close();
  }
}

/** That something fails with one of these problems, and says what to do in a sentence. */
export async function failsWith(doing: Promise<unknown>, ...problems: readonly HsmProblem[]): Promise<void> {
  await rejects(doing, (error) => {
    ok(isHsmError(error, ...problems), error as Error);
    ok(/^[A-Z].+\.$/s.test(error.message), error.message);
    return true;
  });
}

/** Two HSMs at once, one of a place each. */
export function withPair<T>(
  [here, there]: readonly [HsmPlace, HsmPlace],
  use: (here: Hsm, there: Hsm) => Promise<T>,
): Promise<T> {
  return withHsm(here, (one) => withHsm(there, (other) => use(one, other)));
}

/** Has the officers of both places trust the other's HSM. */
export async function introduce(
  [here, there]: readonly [HsmPlace, HsmPlace],
  [one, other]: readonly [Hsm, Hsm],
): Promise<void> {
  await one.trust(await other.transportKey(), here.officer);
  await other.trust(await one.transportKey(), there.officer);
}

const onHsm =
  (use: (hsm: Hsm, place: HsmPlace) => Promise<void>) =>
  async (newPlace: () => Promise<HsmPlace>): Promise<void> => {
    const place = await newPlace();
    await withHsm(place, (hsm) => use(hsm, place));
  };

const onPair =
  (use: (here: Hsm, there: Hsm, places: readonly [HsmPlace, HsmPlace]) => Promise<void>) =>
  async (newPlace: () => Promise<HsmPlace>): Promise<void> => {
    const places = [await newPlace(), await newPlace()] as const;
    await withPair(places, (here, there) => use(here, there, places));
  };

const sealing: readonly HsmCase[] = [
  {
    promise: 'opens what it sealed, whatever the size',
    keep: onHsm(async (hsm) => {
      await hsm.makeKey(1);
      for (const length of [0, 1, 32, 4096, 65_537, 1_000_000]) {
        const plaintext = randomBytes(length);
        const sealed = await hsm.seal(1, aad, plaintext);
        deepStrictEqual(sealed.length, length + 48);
        deepStrictEqual(await hsm.open(1, aad, sealed), plaintext);
      }
    }),
  },
  {
    promise: 'takes additional data of any size',
    keep: onHsm(async (hsm) => {
      await hsm.makeKey(1);
      for (const data of [new Uint8Array(), randomBytes(70_000)])
        deepStrictEqual(await hsm.open(1, data, await hsm.seal(1, data, record)), record);
    }),
  },
  {
    promise: 'leaves the plaintext as it is, and does not show it',
    keep: onHsm(async (hsm) => {
      await hsm.makeKey(1);
      const plaintext = randomBytes(32);
      const before = toHex(plaintext);
      const sealed = toHex(await hsm.seal(1, aad, plaintext));
      deepStrictEqual(toHex(plaintext), before);
      deepStrictEqual(sealed.includes(before), false);
    }),
  },
  {
    promise: 'seals equal plaintexts to equal sizes and to different bytes',
    keep: onHsm(async (hsm) => {
      await hsm.makeKey(1);
      const [first, second] = [await hsm.seal(1, aad, aad), await hsm.seal(1, aad, aad)];
      deepStrictEqual(first.length, second.length);
      notDeepStrictEqual(first.subarray(0, 32), second.subarray(0, 32));
      notDeepStrictEqual(first.subarray(32), second.subarray(32));
    }),
  },
  {
    promise: 'seals and opens 64 at once',
    keep: onHsm(async (hsm) => {
      await hsm.makeKey(1);
      const plaintexts = Array.from({ length: 64 }, () => randomBytes(100));
      const sealed = await Promise.all(plaintexts.map((plaintext) => hsm.seal(1, aad, plaintext)));
      deepStrictEqual(await Promise.all(sealed.map((one) => hsm.open(1, aad, one))), plaintexts);
    }),
  },
  {
    promise: 'refuses other additional data',
    keep: onHsm(async (hsm) => {
      await hsm.makeKey(1);
      const sealed = await hsm.seal(1, aad, record);
      for (const other of [new Uint8Array(), utf8('what it belongs to.'), utf8('what it belonged to')])
        await failsWith(hsm.open(1, other, sealed), 'does-not-open');
    }),
  },
  {
    promise: 'refuses what was altered in any bit, cut or lengthened',
    keep: onHsm(async (hsm) => {
      await hsm.makeKey(1);
      const sealed = await hsm.seal(1, aad, record);
      const altered = [...alterations(sealed), concat(sealed, Uint8Array.of(0))];
      for (let length = 0; length < sealed.length; length++) altered.push(sealed.slice(0, length));
      await Promise.all(altered.map((one) => failsWith(hsm.open(1, aad, one), 'does-not-open')));
    }),
  },
];

function alterations(sealed: Uint8Array): Uint8Array[] {
  return Array.from({ length: 8 * sealed.length }, (_, bit) => {
    const altered = sealed.slice();
    altered[bit >> 3]! ^= 1 << (bit & 7);
    return altered;
  });
}

const epochs: readonly HsmCase[] = [
  {
    promise: 'has no keys before one is made, and says so',
    keep: onHsm(async (hsm) => {
      deepStrictEqual(await hsm.epochs(), []);
      await failsWith(hsm.seal(1, aad, record), 'no-such-epoch');
      await failsWith(hsm.open(1, aad, new Uint8Array(100)), 'no-such-epoch');
      await failsWith(hsm.keyCheck(1), 'no-such-epoch');
    }),
  },
  {
    promise: 'holds the keys of many epochs, up to the last there can be',
    keep: onHsm(async (hsm) => {
      const all = [10, 2 ** 32 - 1, 9, 1, 256];
      for (const epoch of all) await hsm.makeKey(epoch);
      deepStrictEqual(
        await hsm.epochs(),
        all.toSorted((a, b) => a - b),
      );
      for (const epoch of all)
        deepStrictEqual(await hsm.open(epoch, aad, await hsm.seal(epoch, aad, record)), record);
      const checks = await Promise.all(all.map(async (epoch) => toHex(await hsm.keyCheck(epoch))));
      deepStrictEqual(new Set(checks).size, all.length);
    }),
  },
  {
    promise: 'knows no epoch that is no number from 1 to 2^32 - 1',
    keep: onHsm(async (hsm) => {
      for (const epoch of [0, -1, 1.5, 2 ** 32, Number.NaN]) {
        await rejects(hsm.makeKey(epoch), RangeError);
        await rejects(hsm.seal(epoch, aad, record), RangeError);
        await rejects(hsm.destroyKey(epoch), RangeError);
      }
      deepStrictEqual(await hsm.epochs(), []);
    }),
  },
  {
    promise: 'never makes a key anew',
    keep: onHsm(async (hsm) => {
      await hsm.makeKey(1);
      const sealed = await hsm.seal(1, aad, record);
      await failsWith(hsm.makeKey(1), 'epoch-exists');
      deepStrictEqual(await hsm.open(1, aad, sealed), record);
    }),
  },
  {
    promise: 'makes one key when it is asked for it eight times at once',
    keep: onHsm(async (hsm) => {
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => hsm.makeKey(1)));
      deepStrictEqual(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      deepStrictEqual(await hsm.epochs(), [1]);
    }),
  },
  {
    promise: 'refuses what was sealed under another epoch',
    keep: onHsm(async (hsm) => {
      for (const epoch of [1, 2]) await hsm.makeKey(epoch);
      const sealed = await hsm.seal(1, aad, record);
      await failsWith(hsm.open(2, aad, sealed), 'does-not-open');
    }),
  },
  {
    promise: 'refuses what another HSM sealed under its own key of the same epoch',
    keep: onPair(async (here, there) => {
      for (const hsm of [here, there]) await hsm.makeKey(1);
      await failsWith(here.open(1, aad, await there.seal(1, aad, record)), 'does-not-open');
      notDeepStrictEqual(await here.keyCheck(1), await there.keyCheck(1));
    }),
  },
  {
    promise: 'keeps its keys, transport key and peers while it is closed',
    keep: async (newPlace) => {
      const [place, peer] = [await newPlace(), await newPlace()];
      const sealed = await withHsm(place, async (hsm) => {
        await hsm.makeKey(7);
        return hsm.seal(7, aad, record);
      });
      const [key, peerKey] = await withPair([place, peer], async (hsm, other) => {
        await hsm.trust(await other.transportKey(), place.officer);
        return Promise.all([hsm.transportKey(), other.transportKey()]);
      });
      await withHsm(place, async (hsm) => {
        deepStrictEqual(await hsm.open(7, aad, sealed), record);
        deepStrictEqual(await hsm.epochs(), [7]);
        deepStrictEqual(await hsm.transportKey(), key);
        deepStrictEqual(await hsm.trusted(), [peerKey]);
      });
    },
  },
  {
    promise: 'destroys a key for good, and no other',
    keep: async (newPlace) => {
      const place = await newPlace();
      const sealed = await withHsm(place, async (hsm) => {
        for (const epoch of [1, 2]) await hsm.makeKey(epoch);
        const both = await Promise.all([1, 2].map((epoch) => hsm.seal(epoch, aad, record)));
        for (const _ of ['once', 'twice']) await hsm.destroyKey(1);
        await failsWith(hsm.open(1, aad, both[0]!), 'no-such-epoch');
        await failsWith(hsm.seal(1, aad, record), 'no-such-epoch');
        return both as [Bytes, Bytes];
      });
      await withHsm(place, async (hsm) => {
        deepStrictEqual(await hsm.epochs(), [2]);
        await failsWith(hsm.open(1, aad, sealed[0]), 'no-such-epoch');
        deepStrictEqual(await hsm.open(2, aad, sealed[1]), record);
        await hsm.destroyKey(1);
        await hsm.makeKey(1);
        await failsWith(hsm.open(1, aad, sealed[0]), 'does-not-open');
      });
    },
  },
];

const transport: readonly HsmCase[] = [
  {
    promise: 'has one transport key, another than its neighbour',
    keep: onPair(async (here, there) => {
      const keys = await Promise.all([here.transportKey(), here.transportKey(), there.transportKey()]);
      for (const key of keys) decodeTransportKey(key);
      deepStrictEqual(keys[0], keys[1]);
      notDeepStrictEqual(keys[0], keys[2]);
    }),
  },
  {
    promise:
      'hands a key to a trusted peer, which opens with it what was sealed here, and the other way round',
    keep: onPair(async (here, there, places) => {
      await introduce(places, [here, there]);
      await here.makeKey(3);
      const sealed = await here.seal(3, aad, record);
      const wrapped = await here.wrapKey(3, await there.transportKey());
      for (const _ of ['once', 'twice']) await there.unwrapKey(3, wrapped);
      deepStrictEqual(await there.epochs(), [3]);
      deepStrictEqual(await there.keyCheck(3), await here.keyCheck(3));
      deepStrictEqual(await there.open(3, aad, sealed), record);
      deepStrictEqual(await here.open(3, aad, await there.seal(3, aad, record)), record);
    }),
  },
  {
    promise: 'hands a key on that it has taken over',
    keep: async (newPlace) => {
      const places = [await newPlace(), await newPlace(), await newPlace()] as const;
      const sealed = await withPair([places[0], places[1]], async (first, second) => {
        await introduce([places[0], places[1]], [first, second]);
        await first.makeKey(1);
        await second.unwrapKey(1, await first.wrapKey(1, await second.transportKey()));
        return first.seal(1, aad, record);
      });
      await withPair([places[1], places[2]], async (second, third) => {
        await introduce([places[1], places[2]], [second, third]);
        await third.unwrapKey(1, await second.wrapKey(1, await third.transportKey()));
        deepStrictEqual(await third.open(1, aad, sealed), record);
      });
    },
  },
  {
    promise: 'gives nothing to a peer that nobody trusts, or no longer, and takes nothing from it',
    keep: onPair(async (here, there, [place]) => {
      const [mine, theirs] = await Promise.all([here.transportKey(), there.transportKey()]);
      for (const hsm of [here, there]) await hsm.makeKey(1);
      await failsWith(here.wrapKey(1, theirs), 'not-trusted');
      await here.trust(theirs, place.officer);
      const wrapped = await here.wrapKey(1, theirs);
      await failsWith(there.unwrapKey(1, wrapped), 'not-trusted');
      await failsWith(there.wrapKey(1, mine), 'not-trusted');
      for (const _ of ['once', 'twice']) await here.distrust(theirs);
      deepStrictEqual(await here.trusted(), []);
      await failsWith(here.wrapKey(1, theirs), 'not-trusted');
    }),
  },
  {
    promise: 'trusts a peer once, and wraps no key that it does not have',
    keep: onPair(async (here, there, [place]) => {
      const theirs = await there.transportKey();
      for (const _ of ['once', 'twice']) await here.trust(theirs, place.officer);
      deepStrictEqual(await here.trusted(), [theirs]);
      await failsWith(here.wrapKey(1, theirs), 'no-such-epoch');
    }),
  },
  {
    promise: 'trusts nothing that is no transport key',
    keep: onHsm(async (hsm, { officer }) => {
      const key = await hsm.transportKey();
      const no = [new Uint8Array(), randomBytes(600), key.slice(1), concat(key, Uint8Array.of(0))];
      for (const one of no) await failsWith(hsm.trust(one, officer), 'refused');
      for (const one of no) await failsWith(hsm.wrapKey(1, one), 'not-trusted', 'refused', 'no-such-epoch');
      deepStrictEqual(await hsm.trusted(), []);
    }),
  },
  {
    promise:
      'takes over no key that was wrapped for somebody else, of another epoch, altered or not wrapped at all',
    keep: async (newPlace) => {
      const places = [await newPlace(), await newPlace()] as const;
      const stranger = await newPlace();
      await withPair(places, async (here, there) => {
        await introduce(places, [here, there]);
        await here.makeKey(1);
        const wrapped = await here.wrapKey(1, await there.transportKey());
        await withHsm(stranger, async (other) => {
          await other.trust(await here.transportKey(), stranger.officer);
          await failsWith(other.unwrapKey(1, wrapped), 'refused');
          deepStrictEqual(await other.epochs(), []);
        });
        await failsWith(here.unwrapKey(1, wrapped), 'refused');
        await failsWith(there.unwrapKey(2, wrapped), 'refused');
        const bent = alterations(wrapped).filter((_, bit) => bit % 29 === 0);
        for (const one of [
          ...bent,
          concat(wrapped, Uint8Array.of(0)),
          wrapped.slice(0, -1),
          randomBytes(512),
        ])
          await failsWith(there.unwrapKey(1, one), 'refused', 'not-trusted');
        deepStrictEqual(await there.epochs(), []);
      });
    },
  },
  {
    promise: 'keeps its own key of an epoch when another one comes, and takes over none that it destroyed',
    keep: onPair(async (here, there, places) => {
      await introduce(places, [here, there]);
      for (const hsm of [here, there]) await hsm.makeKey(1);
      const own = await there.seal(1, aad, record);
      const wrapped = await here.wrapKey(1, await there.transportKey());
      await failsWith(there.unwrapKey(1, wrapped), 'epoch-exists');
      deepStrictEqual(await there.open(1, aad, own), record);
      await there.destroyKey(1);
      await there.unwrapKey(1, wrapped);
      await failsWith(there.open(1, aad, own), 'does-not-open');
      await there.destroyKey(1);
      await failsWith(there.unwrapKey(1, wrapped), 'refused');
      deepStrictEqual(await there.epochs(), []);
    }),
  },
];

const closing: readonly HsmCase[] = [
  {
    promise: 'finishes what is under way when it is closed, and then does nothing more',
    keep: async (newPlace) => {
      const place = await newPlace();
      const hsm = await place.open();
      await hsm.makeKey(1);
      const underWay = Promise.all(Array.from({ length: 20 }, () => hsm.seal(1, aad, record)));
      for (const _ of ['once', 'twice']) await hsm.close();
      const sealed = await underWay;
      await failsWith(hsm.seal(1, aad, record), 'unavailable');
      await failsWith(hsm.epochs(), 'unavailable');
      await failsWith(hsm.transportKey(), 'unavailable');
      await failsWith(hsm.makeKey(2), 'unavailable');
      await withHsm(place, async (again) => {
        for (const one of sealed) deepStrictEqual(await again.open(1, aad, one), record);
        deepStrictEqual(await again.epochs(), [1]);
      });
    },
  },
];

/** What every HSM promises; a test runs each of them. */
export const hsmConformance: readonly HsmCase[] = [...sealing, ...epochs, ...transport, ...closing];
