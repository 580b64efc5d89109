import { DatabaseSync } from 'node:sqlite';
import { concat, utf8 } from '@strongroom/core';
import type { EtcdCluster } from '@strongroom/vault/testing';
import { sealedLikeARecord, spreadId } from './sealed-record.ts';

const rowsATransaction = 10_000;
// Each member keeps the last ten thousand transactions in memory, whatever is in them.
const putsATransaction = 10;
const transactionsAtOnce = 16;

/** Told how many records are there. */
export type Progress = (records: number) => void;

/** Fills a vault's database with records, in the order of their ids. It must be closed, and have its table. */
export function fillSqlite(path: string, count: number, progress: Progress): void {
  const database = new DatabaseSync(path);
  try {
    // What is filled is not what is measured: nothing of it needs to be durable.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000');
    const insert = database.prepare('INSERT INTO record VALUES (?, 3, ?)');
    for (let from = 0; from < count; from += rowsATransaction) {
      const to = Math.min(count, from + rowsATransaction);
      database.exec('BEGIN');
      for (let index = from; index < to; index++) insert.run(spreadId(index, count), sealedLikeARecord());
      database.exec('COMMIT');
      progress(to);
    }
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

/** Fills a cluster with records under a prefix. */
export async function fillEtcd(
  cluster: EtcdCluster,
  prefix: string,
  count: number,
  progress: Progress,
): Promise<void> {
  let next = 0;
  const lane = (): Promise<void> =>
    cluster.asRoot(1, async ({ kv }, options) => {
      for (let from = next; from < count; from = next) {
        next = Math.min(count, from + putsATransaction);
        const indexes = Array.from({ length: next - from }, (_, i) => from + i);
        const success = indexes.map((index) => ({
          request: {
            case: 'requestPut' as const,
            value: { key: concat(utf8(prefix), spreadId(index, count)), value: sealedLikeARecord() },
          },
        }));
        await kv.txn({ success }, { ...options, timeoutMs: 60_000 });
        progress(next);
      }
    });
  await Promise.all(Array.from({ length: transactionsAtOnce }, lane));
}
