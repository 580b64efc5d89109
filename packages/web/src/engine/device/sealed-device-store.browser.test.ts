import type { DeviceState } from '@strongroom/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { placeOf } from '../place.ts';
import { openRecords, type Records } from '../records.ts';
import { SealedDeviceStore } from './sealed-device-store.ts';

const seed = 'ab'.repeat(32);
const state: DeviceState = {
  version: 1,
  account: {
    server: 'https://chats.example',
    tenant: 'strongroom',
    accountId: '01'.repeat(16),
    deviceId: '02'.repeat(16),
    deviceKeySeed: seed,
    directorySha256: '03'.repeat(32),
    directoryPinnedBy: 'first-seen',
  },
};

let name: string;
let records: Records;
let store: SealedDeviceStore;

beforeEach(async () => {
  name = `device-${crypto.randomUUID().slice(0, 8)}`;
  records = await openRecords(placeOf(name));
  store = new SealedDeviceStore(records);
});

afterEach(() => {
  records.close();
  indexedDB.deleteDatabase(name);
});

describe('the state of a device in a browser', () => {
  test('is nothing at first, and what was saved last afterwards, also when the page is opened anew', async () => {
    expect(await store.load()).toBeUndefined();
    await store.save({ version: 1 });
    await store.save(state);
    records.close();
    records = await openRecords(placeOf(name));
    expect(await new SealedDeviceStore(records).load()).toEqual(state);
  });

  test('lies there sealed, each time otherwise, under a key that nobody can read', async () => {
    await store.save(state);
    const first = await records.get('device', 'state');
    await store.save(state);
    const second = await records.get('device', 'state');
    expect(second!.sealed).not.toEqual(first!.sealed);
    expect(String.fromCharCode(...first!.sealed)).not.toMatch(/server|account/);
    const key = await records.get('keys', 'device');
    expect(key!.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', key as CryptoKey)).rejects.toThrow('extractable');
  });

  test.each([
    ['was altered', async () => alter((sealed) => (sealed[sealed.length >> 1]! ^= 1))],
    ['was cut off', async () => replace(new Uint8Array(5))],
    ['lost its key', async () => records.delete('keys', 'device')],
    ['is under another key', async () => records.put('keys', await otherKey(), 'device')],
    [
      'is something else',
      async () => store.save({ version: 1, account: { server: 7 } } as unknown as DeviceState),
    ],
  ])('that %s is damaged, never taken for none, and stays until it is put aside', async (_, damage) => {
    await store.save(state);
    await damage();
    const found = await records.get('device', 'state');
    await expect(store.load()).rejects.toMatchObject({ code: 'profile-damaged' });
    await expect(store.load()).rejects.toMatchObject({ code: 'profile-damaged' });
    await store.putAside();
    expect(await store.load()).toBeUndefined();
    expect(await records.get('device', 'damaged')).toEqual(found);
  });

  test('of a later version is left alone', async () => {
    await store.save({ version: 2 } as unknown as DeviceState);
    await expect(store.load()).rejects.toMatchObject({ code: 'newer-version' });
  });

  test('shows no secret in what goes wrong', async () => {
    await store.save(state);
    await alter((sealed) => (sealed[0]! ^= 1));
    const error: unknown = await store.load().catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error) + String(error) + String((error as Error).stack)).not.toContain(seed);
  });
});

async function alter(change: (sealed: Uint8Array) => void): Promise<void> {
  const { sealed } = (await records.get('device', 'state'))!;
  change(sealed);
  await replace(sealed);
}

async function replace(sealed: Uint8Array<ArrayBuffer>): Promise<void> {
  const { nonce } = (await records.get('device', 'state'))!;
  await records.put('device', { nonce, sealed }, 'state');
}

function otherKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}
