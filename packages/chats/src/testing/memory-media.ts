import type { Bytes } from '@strongroom/core';
import type { MediaSink } from '../whatsapp/import-export.ts';

/** Media files in memory, for tests. */
export class MemoryMedia implements MediaSink {
  readonly files: Map<string, Bytes> = new Map();

  async write(path: string, bytes: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const whole = new Uint8Array(await new Response(bytes).arrayBuffer());
    if (this.files.has(path)) throw new Error(`${path} was written twice`);
    this.files.set(path, whole);
  }

  readonly read = async (path: string): Promise<Blob | undefined> => {
    const bytes = this.files.get(path);
    return bytes === undefined ? undefined : new Blob([bytes]);
  };
}
