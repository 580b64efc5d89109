import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';

/** A file that the service worker keeps. `revision` is null where the name itself has a hash. */
export interface KeptFile {
  readonly url: string;
  readonly revision: string | null;
}

// SQLite's own ways to OPFS, which the engine has switched off.
const neverAsked = /^assets\/sqlite3-(?:worker1|opfs-async-proxy)-/;

/** Builds the service worker, with the list of everything that was built in it. */
export function serviceWorker(): Plugin {
  let isServed = false;
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved({ command }) {
      isServed = command === 'serve';
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler({ dir = '' }) {
        if (!isServed) await buildServiceWorker(dir);
      },
    },
  };
}

async function buildServiceWorker(folder: string): Promise<void> {
  await build({
    configFile: false,
    root: join(import.meta.dirname, '..'),
    publicDir: false,
    logLevel: 'warn',
    define: {
      KEPT_FILES: JSON.stringify(await keptFiles(folder)),
      'process.env.NODE_ENV': '"production"',
    },
    build: {
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: {
        input: join(import.meta.dirname, 'service-worker', 'sw.ts'),
        output: { format: 'iife', entryFileNames: 'sw.js' },
      },
    },
  });
}

/** Everything in the folder that the app may ask for. */
export async function keptFiles(folder: string): Promise<KeptFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !/\.(map|br|gz)$/.test(path) && path !== 'sw.js' && !neverAsked.test(path));
  return Promise.all(
    paths.toSorted().map(async (path) => ({
      url: `/${path}`,
      revision: path.startsWith('assets/') ? null : await hashOf(join(folder, path)),
    })),
  );
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
    .slice(0, 16);
}
