import { concat, utf8 } from '@strongroom/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryHsm } from '../testing/index.ts';
import { encodeEpoch, epochOf } from './epoch.ts';
import type { Hsm } from './hsm.ts';
import { Sealer } from './sealer.ts';

let hsm: Hsm;
let sealer: Sealer;
beforeEach(async () => {
  hsm = memoryHsm();
  for (const epoch of [1, 2]) await hsm.makeKey(epoch);
  sealer = new Sealer(hsm, 1);
});

const aad = utf8('what it belongs to');
const [record, clear] = [utf8('a record'), utf8('number')];
const problem = (name: string) =>
  expect.objectContaining({ details: expect.objectContaining({ problem: name }) });

describe('a stored value', () => {
  it('is its epoch, what is left in the clear, and what the HSM sealed', async () => {
    const value = await sealer.seal(aad, record, clear);
    expect(value.subarray(0, 10)).toEqual(concat(encodeEpoch(1), clear));
    expect(await hsm.open(1, aad, value.subarray(10))).toEqual(record);
    expect(await sealer.open(aad, value, clear.length)).toEqual(record);
    expect(await sealer.open(aad, await sealer.seal(aad, record))).toEqual(record);
  });

  it('is sealed under the epoch in use, and opens whichever is in use', async () => {
    const older = await sealer.seal(aad, record);
    sealer.use(2);
    expect(sealer.epoch).toBe(2);
    const newer = await sealer.seal(aad, record);
    expect([older, newer].map(epochOf)).toEqual([1, 2]);
    for (const value of [older, newer]) expect(await sealer.open(aad, value)).toEqual(record);
  });

  it('states the epoch that it began under, when another comes into use meanwhile', async () => {
    const sealing = sealer.seal(aad, record);
    sealer.use(2);
    expect(epochOf(await sealing)).toBe(1);
    expect(await sealer.open(aad, await sealing)).toEqual(record);
  });

  it('does not open under an epoch that it is made to state', async () => {
    const value = await sealer.seal(aad, record);
    await expect(sealer.open(aad, concat(encodeEpoch(2), value.subarray(4)))).rejects.toEqual(
      problem('does-not-open'),
    );
    await expect(sealer.open(aad, concat(encodeEpoch(3), value.subarray(4)))).rejects.toEqual(
      problem('no-such-epoch'),
    );
    expect(() => sealer.open(aad, new Uint8Array(100))).toThrow(problem('does-not-open'));
  });
});
