import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPinFile } from './pin-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pin-'));
  path = join(folder, 'pin');
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (text: string) => writeFileSync(path, text, { mode: 0o600 });
const wrongPin = (text: string) =>
  expect.objectContaining({
    details: expect.objectContaining({ problem: 'wrong-pin' }),
    message: expect.stringContaining(text),
  });

describe('the file with the PIN', () => {
  it.for(['1234', '1234\n', '1234\r\n', ' with blanks ', 'mit Ümläuten', 'x'.repeat(255)])(
    'holds one line: %j',
    (text) => {
      put(text);
      expect(readPinFile(path).reveal()).toBe(text.trimEnd() === '1234' ? '1234' : text);
    },
  );

  it.for(['', '\n', '1234\n5678\n', '1234\n\n', 'x'.repeat(256), 'x'.repeat(10_000)])(
    'is refused otherwise (%#)',
    (text) => {
      put(text);
      expect(() => readPinFile(path)).toThrow(wrongPin('does not hold one PIN'));
    },
  );

  it('is refused when others may read it, and when it is not there', () => {
    expect(() => readPinFile(path)).toThrow(wrongPin('There is no PIN file'));
    put('1234');
    for (const mode of [0o640, 0o604, 0o660]) {
      chmodSync(path, mode);
      expect(() => readPinFile(path)).toThrow(wrongPin('chmod 600'));
    }
  });

  it('never shows its PIN', () => {
    put('geheim-4711\nzweite');
    expect(() => readPinFile(path)).not.toThrow('geheim');
    put('geheim-4711');
    const pin = readPinFile(path);
    expect([String(pin), JSON.stringify(pin)]).toEqual(['[secret]', '"[secret]"']);
  });
});
