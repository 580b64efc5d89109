export { indexInMemory } from './index-in-memory.ts';
export { nodeSqlite } from './node-sqlite.ts';
export { sha256Base64 } from './sha256-base64.ts';
