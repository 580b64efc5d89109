import { randomBytes, toHex } from '@strongroom/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { epochOf } from './hsm/epoch.ts';
import type { Hsm } from './hsm/hsm.ts';
import { Sealer } from './hsm/sealer.ts';
import { PROPOSE_KEY_LIFE, PROPOSE_KEY_USE, ProposeKeyring } from './propose-keys.ts';
import { day, FaultyStore, hour, memoryHsm } from './testing/index.ts';

let store: FaultyStore;
let hsm: Hsm;
let sealer: Sealer;
let keyring: ProposeKeyring;
beforeEach(async () => {
  store = new FaultyStore();
  hsm = memoryHsm();
  await hsm.makeKey(1);
  sealer = new Sealer(hsm, 1);
  keyring = new ProposeKeyring(store, sealer);
});

const start = Date.UTC(2030, 0, 1);
const another = () => new ProposeKeyring(store, new Sealer(hsm, sealer.epoch));
const storedEpoch = async () => epochOf((await store.read(new Uint8Array(32).fill(1)))!.value);
const idAt = async (now: number, of = keyring) => toHex((await of.current(now)).keyId);

describe('the key for Propose', () => {
  it('is the same for a day, then a new one', async () => {
    const first = await idAt(start);
    expect(await idAt(start + PROPOSE_KEY_USE - 1)).toBe(first);
    const second = await idAt(start + PROPOSE_KEY_USE);
    expect(second).not.toBe(first);
    expect(await idAt(start + PROPOSE_KEY_USE + hour)).toBe(second);
  });

  it('is what its id finds, and nothing else is', async () => {
    const { keyId, hpkePublicKey } = await keyring.current(start);
    expect(toHex((await keyring.find(keyId, start))!.publicKey)).toBe(toHex(hpkePublicKey));
    expect(await keyring.find(randomBytes(16), start)).toBeUndefined();
    expect(await keyring.find(new Uint8Array(), start)).toBeUndefined();
  });

  it('still opens what was sealed to it on its second day, and then never again', async () => {
    const { keyId } = await keyring.current(start);
    await keyring.current(start + day);
    expect(await keyring.find(keyId, start + PROPOSE_KEY_LIFE - 1)).toBeDefined();
    expect(await keyring.find(keyId, start + PROPOSE_KEY_LIFE)).toBeUndefined();
    expect(await keyring.find(keyId, start), 'not even when the clock is set back').toBeUndefined();
    expect(await another().find(keyId, start), 'nor by another node').toBeUndefined();
  });

  it('is destroyed in the store, and the store told to forget it', async () => {
    let forgotten = 0;
    store.forgetOldValues = async () => void forgotten++;
    await keyring.current(start);
    expect(forgotten).toBe(0);
    const sealedSizes = async () => (await store.read(new Uint8Array(32).fill(1)))!.value.length;
    const one = await sealedSizes();
    await keyring.current(start + day);
    const two = await sealedSizes();
    expect(two).toBeGreaterThan(one);
    await keyring.current(start + 2 * day);
    expect(await sealedSizes(), 'never more than two').toBe(two);
    await keyring.current(start + 10 * day);
    expect(await sealedSizes()).toBe(one);
    expect(forgotten).toBe(3);
  });

  it('is agreed upon by nodes that need a new one at once', async () => {
    for (const now of [start, start + day, start + 5 * day]) {
      const ids = await Promise.all(Array.from({ length: 8 }, () => idAt(now, another())));
      expect(new Set(ids).size).toBe(1);
      expect(await idAt(now)).toBe(ids[0]);
    }
  });

  it('that another node made is found by one that has never seen it', async () => {
    await keyring.current(start);
    const { keyId } = await another().current(start + day);
    expect(await keyring.find(keyId, start + day)).toBeDefined();
  });

  it('survives a crash while it is made', async () => {
    for (const fault of ['crash before', 'crash after'] as const) {
      store.plan((write) => (write === 1 ? fault : undefined));
      await expect(keyring.current(start)).rejects.toThrow('power cut');
      const { keyId } = await another().current(start);
      expect(await keyring.find(keyId, start)).toBeDefined();
      store = new FaultyStore();
      keyring = another();
    }
  });

  it('is not handed out when the store lies about it', async () => {
    await keyring.current(start);
    const id = new Uint8Array(32).fill(1);
    const { value, revision } = (await store.read(id))!;
    value[50]! ^= 1;
    await store.replace(id, value, revision);
    await expect(another().current(start)).rejects.toThrow('do not open');
  });

  it('is sealed under the epoch in use, and found when it was sealed under an older one', async () => {
    const { keyId } = await keyring.current(start);
    expect(await storedEpoch()).toBe(1);
    await hsm.makeKey(2);
    sealer.use(2);
    await keyring.current(start + day);
    expect(await storedEpoch()).toBe(2);
    expect(await another().find(keyId, start + day)).toBeDefined();
  });
});
