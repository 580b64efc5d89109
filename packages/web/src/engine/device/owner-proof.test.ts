import { Device, type DeviceState } from '@strongroom/client';
import { StrongroomError } from '@strongroom/core';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Proof } from '../contract.ts';
import type { Settings } from '../settings.ts';
import { OwnerProof, passwordProvesFrom } from './owner-proof.ts';

const minute = 60_000;
const day = 86_400_000;
const noon = Date.UTC(2026, 5, 1, 12);
const key = '0123456789abcdef'.repeat(4);
const byKey: Proof = { way: 'key', digits: key };
const byAnother: Proof = { way: 'key', digits: 'f'.repeat(64) };

let now: number;
let settings: Settings;
let proof: OwnerProof;
let device: Device;

beforeEach(async () => {
  now = noon;
  settings = { generation: 0, schedule: 'daily', includeVideos: true };
  let state: DeviceState = {
    version: 1,
    backup: {
      archiveId: '00'.repeat(16),
      cloud: 'builtin:',
      key,
      password: true,
      key64: 'kept',
      writerId: '11'.repeat(16),
      writerEpoch: 0,
    },
  };
  const store = { load: async () => state, save: async (saved: DeviceState) => void (state = saved) };
  device = await Device.open({ store, openCloud: noCloud, deviceName: 'a browser', now: () => now });
  const kept = {
    get current() {
      return settings;
    },
    update: async (change: object) => void (settings = { ...settings, ...change }),
  };
  proof = new OwnerProof(
    { device },
    kept,
    () => now,
    () => undefined,
  );
});

const noCloud = (): never => {
  throw new Error('no cloud is asked');
};
const cutShort = { code: 'unavailable' };
const failing = async (): Promise<void> => {
  throw new StrongroomError('unavailable', { answered: 0, needed: 1 });
};
const cutOff = async (): Promise<void> => {
  await device.update({ pending: { generation: '22'.repeat(16), directoryEpoch: 1 } });
  return failing();
};
const needed = expect.objectContaining({ code: 'proof-needed' });

describe('a proof', () => {
  test('serves for five minutes, and not a moment longer', async () => {
    expect(() => proof.require()).toThrow(needed);
    await proof.prove(byKey);
    now += 5 * minute - 1;
    proof.require();
    now += 1;
    expect(() => proof.require()).toThrow(needed);
    expect(proof.until).toBeUndefined();
  });

  test('does not serve longer because the clock was set back', async () => {
    await proof.prove(byKey);
    now -= 1;
    expect(() => proof.require()).toThrow(needed);
  });

  test('that is wrong ends the one before', async () => {
    await proof.prove(byKey);
    await expect(proof.prove(byAnother)).rejects.toMatchObject({ code: 'wrong-key' });
    expect(() => proof.require()).toThrow(needed);
  });
});

describe('a password that is set without a proof', () => {
  test('is none for a week', async () => {
    await proof.whileSetting(false, async () => undefined);
    const typed: Proof = { way: 'password', password: 'anything' };
    now += 7 * day - 1;
    expect(() => proof.fresh(typed)).toThrow(needed);
    expect(proof.fresh(byKey)).toMatchObject({ way: 'key' });
    now += 1;
    expect(proof.fresh(typed)).toMatchObject({ way: 'password' });
  });

  test('is known as such before it is set, so that nothing that ends it early matters', async () => {
    await proof.whileSetting(false, async () => {
      expect(passwordProvesFrom(settings, now)).toBe(noon + 7 * day);
    });
  });

  test('is the one before when nothing was begun, and may be the new one when something was', async () => {
    await expect(proof.whileSetting(false, failing)).rejects.toMatchObject(cutShort);
    expect(passwordProvesFrom(settings, now)).toBeUndefined();
    await expect(proof.whileSetting(false, cutOff)).rejects.toMatchObject(cutShort);
    expect(passwordProvesFrom(settings, now)).toBe(noon + 7 * day);
  });

  test('stays so when a change after a proof fails, and ends when it does not', async () => {
    await proof.whileSetting(false, async () => undefined);
    await expect(proof.whileSetting(true, failing)).rejects.toMatchObject(cutShort);
    expect(passwordProvesFrom(settings, now)).toBe(noon + 7 * day);
    await proof.whileSetting(true, async () => undefined);
    expect(passwordProvesFrom(settings, now)).toBeUndefined();
  });

  test('waits a week at most, whatever the clock did', () => {
    const far = { ...settings, passwordProvesFrom: noon + 1000 * day };
    expect(passwordProvesFrom(far, noon)).toBe(noon + 7 * day);
  });
});
