import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** What a page may be made of. */
export interface FirstLoad {
  /** Gzipped. */
  readonly bytes: number;
  readonly files: number;
}

/** Fails the build when what the page names to be loaded first is more than that. */
export function firstLoadLimit(most: FirstLoad): Plugin {
  return {
    name: 'first-load-limit',
    async writeBundle({ dir = '' }) {
      const { bytes, files } = await firstLoad(dir);
      const found = `The first load is ${bytes} bytes gzipped in ${files} files`;
      if (bytes > most.bytes || files > most.files)
        this.error(`${found}; ${most.bytes} in ${most.files} are allowed.`);
      this.info(`${found} of ${most.bytes} in ${most.files}.`);
    },
  };
}

/** What the page names to be loaded first: itself, its scripts, styles and fonts. */
export async function firstLoad(folder: string): Promise<FirstLoad> {
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, name = '']) => name);
  const files = await Promise.all(
    ['index.html', ...new Set(named)].map((name) => readFile(join(folder, name))),
  );
  return { bytes: files.reduce((sum, file) => sum + gzipSync(file).length, 0), files: files.length };
}
