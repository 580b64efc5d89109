import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { fromHex, randomBytes, toHex, utf8 } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hsmConformance, memoryHsm, MemoryKeyFiles, type HsmPlace } from '../../testing/index.ts';
import { openSoftwareHsm } from './software-hsm.ts';

let folder: string;
let path: string;
let places = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hsm-'));
  path = join(folder, 'hsm');
});
afterEach(() => rmSync(folder, { recursive: true }));

const aad = utf8('what it belongs to');
const record = utf8('a record');
const file = (name: string) => join(path, name);
const refusal = (text: string) =>
  expect.objectContaining({ code: 'wrong-usage', message: expect.stringContaining(text) });

async function newPlace(): Promise<HsmPlace> {
  const at = join(folder, `${++places}`);
  return { open: async () => openSoftwareHsm(at) };
}

describe('the software HSM in a folder', () => {
  it.for(hsmConformance)('$promise', async ({ keep }) => {
    await expect(keep(newPlace)).resolves.toBeUndefined();
  });

  it('makes its folder and its files for its owner alone, and leaves nothing else there', async () => {
    const hsm = openSoftwareHsm(path);
    await hsm.makeKey(1);
    await hsm.transportKey();
    expect(statSync(path).mode & 0o777).toBe(0o700);
    const names = readdirSync(path);
    expect(names).toEqual(['epoch-1.key', 'transport-signing.pem', 'transport-wrapping.pem']);
    for (const name of names) expect(statSync(file(name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(file('epoch-1.key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  });

  it('takes no folder and no key file that others may look into', async () => {
    const hsm = openSoftwareHsm(path);
    await hsm.makeKey(1);
    for (const mode of [0o640, 0o604, 0o660, 0o601]) {
      chmodSync(file('epoch-1.key'), mode);
      await expect(openSoftwareHsm(path).keyCheck(1)).rejects.toEqual(refusal('may be read by others'));
    }
    for (const mode of [0o755, 0o710, 0o701]) {
      chmodSync(path, mode);
      expect(() => openSoftwareHsm(path)).toThrow(refusal('chmod 700'));
    }
  });

  it('takes no file for its folder, such as the key file of an earlier version', () => {
    writeFileSync(path, `${toHex(randomBytes(32))}\n`, { mode: 0o600 });
    expect(() => openSoftwareHsm(path)).toThrow(refusal('is not a folder'));
  });

  it('makes nothing in a folder that is not there', () => {
    expect(() => openSoftwareHsm(join(folder, 'missing', 'hsm'))).toThrow(refusal('missing is not there'));
    expect(existsSync(join(folder, 'missing'))).toBe(false);
  });

  it.for(['', 'abc', '0'.repeat(63), '0'.repeat(66), 'g'.repeat(64), `${'0'.repeat(64)}\n${'0'.repeat(64)}`])(
    'takes no key file that holds something else than a key (%#)',
    async (text) => {
      const hsm = openSoftwareHsm(path);
      writeFileSync(file('epoch-1.key'), text, { mode: 0o600 });
      await expect(hsm.seal(1, aad, record)).rejects.toEqual(refusal('does not hold a key'));
      await expect(hsm.makeKey(1)).rejects.toMatchObject({ details: { problem: 'epoch-exists' } });
      expect(readFileSync(file('epoch-1.key'), 'utf8')).toBe(text);
    },
  );

  it('forgets a key that another process destroyed, and uses one that it put in its place', async () => {
    const [one, other] = [openSoftwareHsm(path), openSoftwareHsm(path)];
    await one.makeKey(1);
    const sealed = await one.seal(1, aad, record);
    await other.destroyKey(1);
    await expect(one.open(1, aad, sealed)).rejects.toMatchObject({ details: { problem: 'no-such-epoch' } });
    await other.makeKey(1);
    expect(await one.keyCheck(1)).toEqual(await other.keyCheck(1));
  });

  it('removes a key file that a crash left on its way out', () => {
    openSoftwareHsm(path);
    writeFileSync(file('gone-0011223344556677'), toHex(randomBytes(32)), { mode: 0o600 });
    openSoftwareHsm(path);
    expect(readdirSync(path)).toEqual([]);
  });

  it('leaves nothing of a destroyed key in its folder', async () => {
    const hsm = openSoftwareHsm(path);
    await hsm.makeKey(1);
    const key = readFileSync(file('epoch-1.key'), 'utf8').trim();
    await hsm.destroyKey(1);
    const left = readdirSync(path);
    expect(left).toEqual([expect.stringMatching(/^destroyed-[0-9a-f]{32}$/)]);
    for (const name of left) expect(`${name} ${readFileSync(file(name), 'utf8')}`).not.toContain(key);
  });

  it('has one transport key when it is asked for it by many at once', async () => {
    const hsms = Array.from({ length: 3 }, () => openSoftwareHsm(path));
    const keys = await Promise.all(hsms.flatMap((hsm) => [hsm.transportKey(), hsm.transportKey()]));
    expect(new Set(keys.map(toHex)).size).toBe(1);
  });
});

describe('what the software HSM seals', () => {
  it('opens by the documented way', async () => {
    const files = new MemoryKeyFiles();
    const hsm = memoryHsm(files);
    await hsm.makeKey(258);
    const key = fromHex(Buffer.from(files.read('epoch-258.key')!).toString().trim());
    const sealed = await hsm.seal(258, aad, record);
    expect(await openByHand(key, sealed)).toEqual(record);
  });

  it('shows its keys to nobody who prints it', async () => {
    const files = new MemoryKeyFiles();
    const hsm = memoryHsm(files);
    await hsm.makeKey(1);
    await hsm.seal(1, aad, record);
    const [first, second] = fromHex(Buffer.from(files.read('epoch-1.key')!).toString().trim());
    expect(inspect(hsm, { depth: 9, showHidden: true })).not.toContain(`${first}, ${second}`);
  });
});

/** What docs/vault-protocol.md says, with WebCrypto: HKDF-Expand is one HMAC, then AES-256-GCM. */
async function openByHand(key: Uint8Array<ArrayBuffer>, sealed: Uint8Array): Promise<Uint8Array> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', aad));
  const label = utf8('strongroom sealing key');
  const info = [
    0,
    label.length,
    ...label,
    0,
    4,
    0,
    0,
    1,
    2,
    0,
    32,
    ...sealed.subarray(0, 32),
    0,
    32,
    ...digest,
  ];
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const derived = await crypto.subtle.sign('HMAC', hmac, Uint8Array.from([...info, 1]));
  const aes = await crypto.subtle.importKey('raw', derived, 'AES-GCM', false, ['decrypt']);
  const parameters = { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: aad };
  return new Uint8Array(await crypto.subtle.decrypt(parameters, aes, sealed.slice(32)));
}
