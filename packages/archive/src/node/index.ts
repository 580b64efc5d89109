export { categoryOfPath } from '../category.ts';
export type { Exclude } from './exclude.ts';
export { type FolderSourceOptions, folderSource } from './folder-source.ts';
export { folderPackCache } from './folder-pack-cache.ts';
export { folderTarget } from './folder-target.ts';
export { nodeEngine } from './node-engine.ts';
export { nodePrimitives } from './node-primitives.ts';
export { stateFolder } from './restore-state.ts';
export { openJournal } from './sqlite-journal.ts';
