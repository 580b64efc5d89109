import { deepStrictEqual, notDeepStrictEqual, rejects } from 'node:assert';
import { randomBytes, toHex, utf8 } from '@strongroom/core';
import type { Hsm } from '../hsm/hsm.ts';

/** A place with a sealing key, and another with another one. */
export interface HsmPlace {
  open(): Promise<Hsm>;
  openAnother(): Promise<Hsm>;
}

/** One promise of `Hsm`, and how it is tried. */
export interface HsmCase {
  readonly promise: string;
  readonly keep: (place: HsmPlace) => Promise<void>;
}

const aad = utf8('what it belongs to');

/** What every HSM promises; a test runs each of them. */
export const hsmConformance: readonly HsmCase[] = [
  {
    promise: 'opens what it sealed, whatever the size',
    keep: async (place) => {
      const hsm = await place.open();
      for (const length of [0, 1, 32, 4096]) {
        const plaintext = randomBytes(length);
        deepStrictEqual(await hsm.open(aad, await hsm.seal(aad, plaintext)), plaintext);
      }
    },
  },
  {
    promise: 'leaves the plaintext as it is, and does not show it',
    keep: async (place) => {
      const hsm = await place.open();
      const plaintext = randomBytes(32);
      const before = toHex(plaintext);
      const sealed = toHex(await hsm.seal(aad, plaintext));
      deepStrictEqual(toHex(plaintext), before);
      deepStrictEqual(sealed.includes(before), false);
    },
  },
  {
    promise: 'seals equal plaintexts to equal sizes and to different bytes',
    keep: async (place) => {
      const hsm = await place.open();
      const [first, second] = [await hsm.seal(aad, aad), await hsm.seal(aad, aad)];
      deepStrictEqual(first.length, second.length);
      notDeepStrictEqual(first, second);
    },
  },
  {
    promise: 'opens after it was opened again',
    keep: async (place) => {
      const sealed = await (await place.open()).seal(aad, utf8('a record'));
      deepStrictEqual(await (await place.open()).open(aad, sealed), utf8('a record'));
    },
  },
  {
    promise: 'refuses other additional data',
    keep: async (place) => {
      const hsm = await place.open();
      const sealed = await hsm.seal(aad, utf8('a record'));
      for (const other of [new Uint8Array(), utf8('what it belongs to.'), utf8('what it belonged to')])
        await rejects(hsm.open(other, sealed));
    },
  },
  {
    promise: 'refuses what was altered in any byte, cut or lengthened',
    keep: async (place) => {
      const hsm = await place.open();
      const sealed = await hsm.seal(aad, utf8('a record'));
      for (let at = 0; at < sealed.length; at++) {
        const altered = sealed.slice();
        altered[at]! ^= 1 << (at % 8);
        await rejects(hsm.open(aad, altered), `byte ${at}`);
      }
      for (let length = 0; length < sealed.length; length += 5)
        await rejects(hsm.open(aad, sealed.slice(0, length)), `${length} bytes`);
      await rejects(hsm.open(aad, new Uint8Array([...sealed, 0])));
    },
  },
  {
    promise: 'refuses what another key sealed',
    keep: async (place) => {
      const sealed = await (await place.openAnother()).seal(aad, utf8('a record'));
      await rejects((await place.open()).open(aad, sealed));
    },
  },
];
