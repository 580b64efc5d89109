export { categoryOfPath } from '../category.ts';
export type { ThreadedEngine } from '../engine/threads.ts';
export { type BrowserEngineOptions, browserEngine } from './browser-engine.ts';
export { directoryTarget } from './directory-target.ts';
export { type FileListOptions, fileListSource } from './file-list-source.ts';
export { openIndexedDbJournal } from './indexed-db-journal.ts';
