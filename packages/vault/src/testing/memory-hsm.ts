import { copyBytes, wipe, type Bytes } from '@strongroom/core';
import type { KeyFiles } from '../hsm/software/key-files.ts';
import { SoftwareHsm } from '../hsm/software/software-hsm.ts';

/** Key files that are nowhere but in memory. */
export class MemoryKeyFiles implements KeyFiles {
  readonly #files = new Map<string, { readonly stamp: string; readonly content: Bytes }>();
  #made = 0;

  names(): readonly string[] {
    return [...this.#files.keys()];
  }

  stamp(name: string): string | undefined {
    return this.#files.get(name)?.stamp;
  }

  read(name: string): Bytes | undefined {
    const file = this.#files.get(name);
    return file && copyBytes(file.content);
  }

  create(name: string, content: Uint8Array): boolean {
    if (this.#files.has(name)) return false;
    this.#files.set(name, { stamp: `${++this.#made}`, content: copyBytes(content) });
    return true;
  }

  destroy(name: string): void {
    wipe(this.#files.get(name)?.content);
    this.#files.delete(name);
  }
}

/** A software HSM without a disk and without a key yet. */
export function memoryHsm(files: KeyFiles = new MemoryKeyFiles()): SoftwareHsm {
  return new SoftwareHsm(files);
}
