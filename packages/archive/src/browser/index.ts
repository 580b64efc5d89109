export { categoryOfPath } from '../category.ts';
export type { ThreadedEngine } from '../engine/threads.ts';
export { type BrowserEngineOptions, browserEngine } from './browser-engine.ts';
export { type DirectorySourceOptions, directorySource } from './directory-source.ts';
export { directoryTarget } from './directory-target.ts';
export { fileError } from './file-errors.ts';
export { type FileListOptions, fileListSource } from './file-list-source.ts';
export { openIndexedDbJournal } from './indexed-db-journal.ts';
export { serveThread } from './serve-thread.ts';
