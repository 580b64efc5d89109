import { sqlDatabaseConformance } from '@strongroom/chats/testing';
import { wrap, type Remote } from 'comlink';
import { afterEach, describe, expect, test } from 'vitest';
import type { SqliteForTests } from '../../../test/sqlite-worker.ts';

const workers: Worker[] = [];
const directories: string[] = [];

function start(): { worker: Worker; sqlite: Remote<SqliteForTests> } {
  const worker = new Worker(new URL('../../../test/sqlite-worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  return { worker, sqlite: wrap<SqliteForTests>(worker) };
}

function untilWritten(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.addEventListener('message', ({ data }) => {
      if (data === 'written') resolve();
    });
  });
}

function newDirectory(): string {
  const name = `sqlite-${crypto.randomUUID()}`;
  directories.push(name);
  return name;
}

afterEach(async () => {
  for (const worker of workers.splice(0)) worker.terminate();
  const root = await navigator.storage.getDirectory();
  for (const name of directories.splice(0))
    await root.removeEntry(name, { recursive: true }).catch(() => undefined);
});

describe('SQLite on OPFS', () => {
  test.each(sqlDatabaseConformance.map(({ name }) => name))('%s', { timeout: 120_000 }, async (name) => {
    expect(await start().sqlite.conformance(newDirectory(), name)).toBeUndefined();
  });

  test('is whole after its worker was ended at any instant', { timeout: 120_000 }, async () => {
    const directory = newDirectory();
    let before = 0;
    for (let round = 0; round < 5; round++) {
      const { worker, sqlite } = start();
      void sqlite.writeForEver(directory);
      await untilWritten(worker);
      await new Promise((resolve) => setTimeout(resolve, 60 * round));
      worker.terminate();
      const { integrity, rows, left } = await start().sqlite.inspect(directory);
      workers.at(-1)!.terminate();
      expect({ integrity, left }).toEqual({ integrity: { integrity_check: 'ok' }, left: 0 });
      expect(rows).toBeGreaterThanOrEqual(before);
      before = rows;
    }
    expect(before).toBeGreaterThan(0);
  });

  test('does not lose what another thread has open', { timeout: 120_000 }, async () => {
    const directory = newDirectory();
    const { worker, sqlite } = start();
    void sqlite.writeForEver(directory);
    await untilWritten(worker);
    await expect(start().sqlite.inspect(directory)).rejects.toThrow('using');
    for (const worker of workers.splice(0)) worker.terminate();
    const { integrity, rows } = await start().sqlite.inspect(directory);
    expect(integrity).toEqual({ integrity_check: 'ok' });
    expect(rows).toBeGreaterThan(0);
  });

  test('is copied page by page', { timeout: 120_000 }, async () => {
    const { size, integrity } = await start().sqlite.copy(newDirectory(), 8_000_000);
    expect(integrity).toEqual({ integrity_check: 'ok' });
    expect(size).toBeGreaterThan(8_000_000);
  });
});
