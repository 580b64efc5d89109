export { categoryOfPath } from './category.ts';
export type { Exclude } from './exclude.ts';
export { type FolderSourceOptions, folderSource } from './folder-source.ts';
export { folderTarget } from './folder-target.ts';
export { nodeCodec } from './node-codec.ts';
export { stateFolder } from './restore-state.ts';
export { openJournal } from './sqlite-journal.ts';
