import type { ChunkEngine } from './chunk-engine.ts';
import type { Primitives } from './primitives.ts';
import { hashPages, nameChunk, openChunk, sealChunk } from './steps.ts';

/** Does everything on the thread that asks. */
export function inlineEngine(primitives: Primitives): ChunkEngine {
  return {
    width: 1,
    readsFiles: primitives.readRegion !== undefined,
    name: (chunkId, plain) => nameChunk(primitives, chunkId, plain),
    hashPages: (key, plain, pageSize) => hashPages(primitives, key, plain, pageSize),
    seal: (job) => sealChunk(primitives, job),
    open: (job) => openChunk(primitives, job),
  };
}
