import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleSender } from './code-sender.ts';

let folder: string;
let outbox: string;
let printed: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  outbox = join(folder, 'outbox.log');
  printed = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const sender = () => consoleSender(outbox, (line) => void printed.push(line));

describe('the console sender', () => {
  it('prints codes, and appends them to a file', async () => {
    await sender()('+491701234567', '012345');
    await sender()('+15550100', '999999');
    const lines = ['Code for +491701234567: 012345', 'Code for +15550100: 999999'];
    expect(printed).toEqual(lines);
    expect(readFileSync(outbox, 'utf8')).toBe(`${lines.join('\n')}\n`);
  });

  it('says that a code is to be looked for in the terminal', () => {
    expect(sender().delivery).toBe('terminal');
  });

  it('keeps the file to its owner, also one that was there before', async () => {
    await sender()('+491701234567', '012345');
    expect(statSync(outbox).mode & 0o777).toBe(0o600);
    writeFileSync(outbox, 'before\n');
    chmodSync(outbox, 0o644);
    await sender()('+491701234567', '012345');
    expect(statSync(outbox).mode & 0o777).toBe(0o600);
    expect(readFileSync(outbox, 'utf8')).toMatch(/^before\nCode/);
  });

  it('fails, and prints nothing, when the file cannot be written', async () => {
    rmSync(folder, { recursive: true });
    await expect(sender()('+491701234567', '012345')).rejects.toThrow('ENOENT');
    expect(printed).toEqual([]);
    folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  });
});
