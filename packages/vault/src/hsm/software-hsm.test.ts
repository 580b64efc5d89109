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
import { randomBytes, toHex, utf8 } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hsmConformance } from '../testing/index.ts';
import { openSoftwareHsm, SoftwareHsm } from './software-hsm.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hsm-'));
  path = join(folder, 'hsm.key');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the software HSM', () => {
  it.for(hsmConformance)('$promise', async ({ keep }) => {
    const place = {
      open: async () => openSoftwareHsm(path),
      openAnother: async () => openSoftwareHsm(join(folder, 'another.key')),
    };
    await expect(keep(place)).resolves.toBeUndefined();
  });

  it('makes its key file once, readable by its owner alone', () => {
    openSoftwareHsm(path);
    const key = readFileSync(path, 'utf8');
    expect(key).toMatch(/^[0-9a-f]{64}\n$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    openSoftwareHsm(path);
    expect(readFileSync(path, 'utf8')).toBe(key);
    expect(readdirSync(folder)).toEqual(['hsm.key']);
  });

  it('takes no key file that others may read', () => {
    for (const mode of [0o644, 0o640, 0o602, 0o601]) {
      const open = join(folder, `${mode}`);
      writeFileSync(open, `${toHex(randomBytes(32))}\n`);
      chmodSync(open, mode);
      expect(() => openSoftwareHsm(open)).toThrow(
        expect.objectContaining({
          code: 'wrong-usage',
          message: expect.stringContaining('may be read by others'),
        }),
      );
    }
  });

  it.for(['', 'abc', '0'.repeat(63), '0'.repeat(66), 'g'.repeat(64), `${'0'.repeat(64)}\n${'0'.repeat(64)}`])(
    'takes no key file that holds something else than a key (%#)',
    (text) => {
      writeFileSync(path, text, { mode: 0o600 });
      expect(() => openSoftwareHsm(path)).toThrow(expect.objectContaining({ code: 'wrong-usage' }));
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('takes no key of another length', () => {
    for (const length of [0, 16, 31, 33])
      expect(() => new SoftwareHsm(randomBytes(length))).toThrow(RangeError);
  });

  it('makes no file in a folder that is not there', () => {
    expect(() => openSoftwareHsm(join(folder, 'missing', 'hsm.key'))).toThrow('ENOENT');
    expect(existsSync(join(folder, 'missing'))).toBe(false);
  });

  it('does not print its key, and keeps its own copy of it', async () => {
    const key = randomBytes(32);
    const hsm = new SoftwareHsm(key);
    const sealed = await hsm.seal(utf8('a'), utf8('b'));
    expect(inspect(hsm, { depth: 9, showHidden: true })).not.toContain(`${key[0]}, ${key[1]}`);
    key.fill(0);
    expect(await hsm.open(utf8('a'), sealed)).toEqual(utf8('b'));
  });
});
