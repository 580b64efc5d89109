import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteStore } from './sqlite-store.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  path = join(folder, 'records.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const id = randomBytes(32);

/** Whether any 16 bytes of a value are in any file of the store. */
function isFound(value: Uint8Array): boolean {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const pieces = Array.from({ length: Math.floor(value.length / 16) }, (_, i) =>
    Buffer.from(value.subarray(16 * i, 16 * i + 16)),
  );
  return files.some((file) => pieces.some((piece) => file.includes(piece)));
}

describe('the SQLite store', () => {
  it('has made a write durable before it says committed: a copy of its files has it', async () => {
    const store = new SqliteStore(path);
    const value = randomBytes(4000);
    await store.replace(id, value, undefined);
    const copy = mkdtempSync(join(tmpdir(), 'sqlite-copy-'));
    cpSync(folder, copy, { recursive: true });
    const restarted = new SqliteStore(join(copy, 'records.db'));
    expect((await restarted.read(id))?.value).toEqual(value);
    await restarted.close();
    await store.close();
    rmSync(copy, { recursive: true });
  });

  it('is readable by its owner alone, its log too', async () => {
    writeFileSync(path, '', { mode: 0o644 });
    const store = new SqliteStore(path);
    await store.replace(id, randomBytes(100), undefined);
    const files = readdirSync(folder);
    expect(files).toContain('records.db-wal');
    for (const name of files) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it('really forgets what was overwritten: no file holds a piece of it', async () => {
    const store = new SqliteStore(path);
    const values = Array.from({ length: 5 }, () => randomBytes(4150));
    for (const [i, value] of values.entries())
      await store.replace(id, value, i === 0 ? undefined : (await store.read(id))!.revision);
    const newest = values.pop()!;
    // Until then the log holds them.
    expect(values.some(isFound)).toBe(true);
    await store.forgetOldValues();
    for (const value of values) expect(isFound(value)).toBe(false);
    expect(isFound(newest)).toBe(true);
    await store.close();
  });

  it('forgets at its next start what it had no time to forget', async () => {
    const killed = new SqliteStore(path);
    const [old, newest] = [randomBytes(4150), randomBytes(4150)];
    await killed.replace(id, old, undefined);
    await killed.replace(id, newest, 1);
    expect(isFound(old)).toBe(true);
    const store = new SqliteStore(path);
    expect(isFound(old)).toBe(false);
    expect((await store.read(id))?.value).toEqual(newest);
    await store.close();
    await killed.close();
  });

  it('sees what another process committed, and one of two writers wins', async () => {
    const [one, other] = [new SqliteStore(path), new SqliteStore(path)];
    await one.replace(id, randomBytes(10), undefined);
    const { revision } = (await other.read(id))!;
    const outcomes = await Promise.all([
      one.replace(id, randomBytes(10), revision),
      other.replace(id, randomBytes(10), revision),
    ]);
    expect(outcomes.toSorted()).toEqual(['committed', 'conflict']);
    await one.close();
    await other.close();
  });

  it('fails the writes of a closed store rather than losing them', async () => {
    const store = new SqliteStore(path);
    await store.close();
    await expect(store.replace(id, randomBytes(10), undefined)).rejects.toThrow(/not open|finalized/);
    await expect(store.read(id)).rejects.toThrow(/not open|finalized/);
  });

  it('writes nothing of a group in which one write cannot be made', async () => {
    const store = new SqliteStore(path);
    const bad = {} as unknown as number;
    const outcomes = await Promise.allSettled([
      store.replace(id, randomBytes(10), undefined),
      store.replace(randomBytes(32), randomBytes(10), bad),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await store.read(id)).toBeUndefined();
    expect(await store.replace(id, randomBytes(10), undefined)).toBe('committed');
    await store.close();
  });
});
