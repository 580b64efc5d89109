import { openDB, type IDBPDatabase } from 'idb';
import type { Place } from './place.ts';
import type { Settings } from './settings.ts';

/** What an engine keeps apart from chats: small records, by the names of their stores. */
export type Records = IDBPDatabase<RecordStores>;

interface RecordStores {
  /** Keys that this browser can use and nobody can read, not even this program. */
  keys: { key: 'device'; value: CryptoKey };
  /** The sealed state of the device; `damaged` is one that could not be opened. */
  device: { key: 'state' | 'damaged'; value: SealedRecord };
  settings: { key: 'settings'; value: Settings };
}

/** AES-256-GCM. */
export interface SealedRecord {
  /** 12 bytes. */
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly sealed: Uint8Array<ArrayBuffer>;
}

const version = 1;

/** Opens the records of a place; makes them if missing. */
export async function openRecords({ database }: Place): Promise<Records> {
  return openDB<RecordStores>(database, version, {
    upgrade: (db) => {
      for (const name of ['keys', 'device', 'settings'] as const) db.createObjectStore(name);
    },
    // Whoever has a newer version of the app open would wait for this one.
    blocking: (_, __, event) => (event.target as IDBDatabase).close(),
  });
}
