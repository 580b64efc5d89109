export { type Fault, type FaultTime, FaultyStore, type Operation } from './faulty-store.ts';
export { MemoryJournal } from './memory-journal.ts';
export { type MemoryEntry, MemorySource, type MemoryTree } from './memory-source.ts';
export { MemoryStore } from './memory-store.ts';
export { MemoryTarget, type Restored } from './memory-target.ts';
export { type ConformanceCase, objectStoreConformance } from './object-store-conformance.ts';
