import type { SqlDatabase } from '../database/sql-database.ts';
import { openSearchIndex, type SearchIndex } from '../search/search-index.ts';
import { nodeSqlite } from './node-sqlite.ts';

/** A search index of some chats that is kept nowhere. */
export function indexInMemory(chats: SqlDatabase): SearchIndex {
  return openSearchIndex(chats, nodeSqlite(':memory:'));
}
