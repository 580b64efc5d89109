import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Fails the build when what the page names to be loaded first is more than so many bytes, gzipped. */
export function firstLoadLimit(most: number): Plugin {
  return {
    name: 'first-load-limit',
    async writeBundle({ dir = '' }) {
      const bytes = await firstLoad(dir);
      if (bytes > most) this.error(`The first load is ${bytes} bytes gzipped; ${most} are allowed.`);
      this.info(`First load: ${bytes} bytes gzipped of ${most}.`);
    },
  };
}

/** What the page names to be loaded first: itself, its scripts, styles and fonts. @returns bytes, gzipped */
export async function firstLoad(folder: string): Promise<number> {
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, name = '']) => name);
  const files = await Promise.all(
    ['index.html', ...new Set(named)].map((name) => readFile(join(folder, name))),
  );
  return files.reduce((sum, file) => sum + gzipSync(file).length, 0);
}
