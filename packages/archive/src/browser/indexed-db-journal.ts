import { type Bytes, copyBytes, fromHex, randomBytes, toHex } from '@strongroom/core';
import { type Journal, type PageRun, type PendingPack, pageKeyLength } from '../journal.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { OwnedChunk } from '../pack/placed-chunks.ts';
import type { SnapshotMark } from '../snapshot/snapshot.ts';
import type { OnWarning } from '../warning.ts';
import { inTransaction, resultOf } from './indexed-db.ts';
import {
  type About,
  type ChunkRecord,
  type FileRecord,
  type PackRecord,
  type PagesRecord,
  type StoreName,
  journalVersion,
  makeStores,
  pagesOf,
  putNextInPlace,
  storeNames,
} from './journal-stores.ts';

// A transaction for each of them would take longer than reading the files.
const mostTold = 500;

/**
 * Opens the journal of an archive in IndexedDB, which is made when there is none. One that is damaged, of another
 * version or of another archive is begun anew, with a warning.
 * @param name of the database
 * @param archiveId 32 hexadecimal digits
 * @throws DOMException when the browser gives no IndexedDB, as some do in private windows
 */
export async function openIndexedDbJournal(
  name: string,
  archiveId: string,
  warn?: OnWarning,
): Promise<Journal> {
  try {
    return new IndexedDbJournal(await openFor(name, archiveId));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    await resultOf(indexedDB.deleteDatabase(name));
    const database = await openFor(name, archiveId);
    const message = `The journal of backups is begun anew (${why}); the next backup takes longer.`;
    warn?.({ code: 'journal', path: name, message });
    return new IndexedDbJournal(database);
  }
}

async function openFor(name: string, archiveId: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, journalVersion);
  request.addEventListener('upgradeneeded', () => makeStores(request.result));
  const database = await resultOf(request);
  // Who deletes it, or has a newer version of it, would wait for this one.
  database.addEventListener('versionchange', () => database.close());
  try {
    await claim(database, archiveId);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

async function claim(database: IDBDatabase, archiveId: string): Promise<void> {
  if (!storeNames.every((name) => database.objectStoreNames.contains(name)))
    throw new Error('it is something else');
  const transaction = database.transaction('about', 'readwrite');
  await inTransaction(transaction, async () => {
    const about = transaction.objectStore('about');
    const found = await resultOf<About | undefined>(about.get('archive'));
    if (found && found.archiveId !== archiveId) throw new Error('it belongs to another archive');
    if (!found) about.put({ archiveId, pageKey: randomBytes(pageKeyLength) } satisfies About, 'archive');
  });
}

class IndexedDbJournal implements Journal {
  readonly #database: IDBDatabase;
  /** What the next state is told, until there is enough of it for a transaction. */
  #told: ((transaction: IDBTransaction) => void)[] = [];

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  lastSnapshot(): Promise<SnapshotMark | undefined> {
    return this.#get<SnapshotMark>('about', 'last');
  }

  async identity(path: string): Promise<string | undefined> {
    return (await this.#get<FileRecord>('files', path))?.identity;
  }

  async pages(path: string, run: number): Promise<PageRun | undefined> {
    const record = await this.#get<PagesRecord>('pages', [path, run]);
    return record && { pageSize: record.pageSize, hashes: record.hashes };
  }

  async pageKey(): Promise<Bytes> {
    const about = await this.#get<About>('about', 'archive');
    if (!about) throw new Error('the journal was emptied');
    return about.pageKey;
  }

  async begin(): Promise<void> {
    this.#told = [];
    await this.#write(['nextFiles', 'nextPages'], 'relaxed', (transaction) => {
      transaction.objectStore('nextFiles').clear();
      transaction.objectStore('nextPages').clear();
    });
  }

  async rememberFile(path: string, identity: string | undefined): Promise<void> {
    const record: FileRecord = { path, identity };
    await this.#tell((transaction) => transaction.objectStore('nextFiles').put(record));
  }

  async rememberPages(path: string, run: number, { pageSize, hashes }: PageRun): Promise<void> {
    // Of a part of a buffer, the whole buffer would be stored.
    const record: PagesRecord = { path, run, pageSize, hashes: copyBytes(hashes) };
    await this.#tell((transaction) => transaction.objectStore('nextPages').put(record));
  }

  async restartPages(path: string): Promise<void> {
    await this.#tell((transaction) => transaction.objectStore('nextPages').delete(pagesOf(path)));
  }

  async forgetFile(path: string): Promise<void> {
    await this.restartPages(path);
    await this.rememberFile(path, undefined);
  }

  async finish({ number, hash }: SnapshotMark): Promise<void> {
    const told = this.#told.splice(0);
    await this.#write(storeNames, 'strict', async (transaction) => {
      for (const tell of told) tell(transaction);
      await putNextInPlace(transaction, { number, hash: copyBytes(hash) });
    });
  }

  async renumber({ number, hash }: SnapshotMark): Promise<void> {
    const last = { number, hash: copyBytes(hash) };
    await this.#write(['about'], 'strict', (transaction) =>
      transaction.objectStore('about').put(last, 'last'),
    );
  }

  pendingPacks(): Promise<readonly PendingPack[]> {
    return resultOf<PackRecord[]>(this.#store('pendingPacks').getAll());
  }

  async addPendingPack({ pack, size }: PendingPack, chunks: Iterable<OwnedChunk>): Promise<void> {
    // Durable before the pack is on its way: otherwise nobody would know whose it is.
    await this.#write(['pendingPacks', 'pendingChunks'], 'strict', (transaction) => {
      transaction.objectStore('pendingPacks').put({ pack, size } satisfies PackRecord);
      for (const chunk of chunks) transaction.objectStore('pendingChunks').put(recordOf(chunk));
    });
  }

  async dropPendingPack(pack: string): Promise<void> {
    await this.#write(['pendingPacks', 'pendingChunks'], 'relaxed', async (transaction) => {
      const chunks = transaction.objectStore('pendingChunks');
      for (const key of await resultOf(chunks.index('pack').getAllKeys(pack))) chunks.delete(key);
      transaction.objectStore('pendingPacks').delete(pack);
    });
  }

  async pendingChunk(path: string, name: Bytes): Promise<ChunkRef | undefined> {
    const record = await this.#get<ChunkRecord>('pendingChunks', [path, toHex(name)]);
    return record && refOf(record);
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  async #tell(tell: (transaction: IDBTransaction) => void): Promise<void> {
    this.#told.push(tell);
    if (this.#told.length < mostTold) return;
    const told = this.#told.splice(0);
    await this.#write(['nextFiles', 'nextPages'], 'relaxed', (transaction) => {
      for (const one of told) one(transaction);
    });
  }

  async #write(
    stores: readonly StoreName[],
    durability: IDBTransactionDurability,
    work: (transaction: IDBTransaction) => unknown,
  ): Promise<void> {
    const transaction = this.#database.transaction(stores, 'readwrite', { durability });
    await inTransaction(transaction, () => work(transaction));
  }

  #get<T>(store: StoreName, key: IDBValidKey): Promise<T | undefined> {
    return resultOf<T | undefined>(this.#store(store).get(key));
  }

  #store(name: StoreName): IDBObjectStore {
    return this.#database.transaction(name, 'readonly').objectStore(name);
  }
}

function recordOf({ path, ref }: OwnedChunk): ChunkRecord {
  const { name, pack, key, ordinal, offset, sealedLength, plainLength } = ref;
  return { path, name: toHex(name), pack, key, ordinal, offset, sealedLength, plainLength };
}

function refOf({ name, pack, key, ordinal, offset, sealedLength, plainLength }: ChunkRecord): ChunkRef {
  return { name: fromHex(name), pack, key, ordinal, offset, sealedLength, plainLength };
}
