import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// Builds the web app, unless what is built came of the same sources:
//
//   node --conditions=source tools/build-web.ts

const root = fileURLToPath(new URL('..', import.meta.url));
const web = join(root, 'packages/web');
const dist = join(web, 'dist');
const caches = join(web, '.cache');
const stamp = join(caches, 'built-of');
const sources = [
  'packages/web/{src,build,public}/**/*',
  'packages/web/{index.html,vite.config.ts,package.json}',
  'packages/{core,wire,opaque,protocol,archive,clouds,client,chats}/src/**/*',
  'package-lock.json',
];
const patience = 120_000;
const vite = join(root, 'node_modules/vite/bin/vite.js');
const run = promisify(execFile);

/** Makes sure that the built app is the one of the sources. @returns its folder */
export async function buildWeb(): Promise<string> {
  mkdirSync(caches, { recursive: true });
  const release = await takeTurn();
  try {
    const wanted = fingerprint();
    if (!isBuiltOf(wanted)) await buildAnew(wanted);
  } finally {
    release();
  }
  return dist;
}

function isBuiltOf(wanted: string): boolean {
  return existsSync(join(dist, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

// Beside the old one, which is served until the new one is whole.
async function buildAnew(wanted: string): Promise<void> {
  const next = join(caches, 'next');
  const old = join(caches, 'old');
  for (const folder of [next, old]) rmSync(folder, { recursive: true, force: true });
  await run(process.execPath, [vite, 'build', web, '--outDir', next, '--emptyOutDir', '--logLevel', 'warn'], {
    // A test's own environment would make it an app for developing.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(next, dist);
  rmSync(old, { recursive: true, force: true });
  writeFileSync(stamp, wanted);
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const file of globSync(sources, { cwd: root }).toSorted()) {
    if (/\.test\.tsx?$|\/testing\//.test(file)) continue;
    const path = join(root, file);
    if (statSync(path).isFile()) hash.update(`${file}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

// One build at a time: tests run in several processes. A turn that was never ended is over after a while.
async function takeTurn(): Promise<() => void> {
  const turn = join(caches, 'building');
  for (;;) {
    try {
      mkdirSync(turn);
      // On a busy machine a build takes longer than a turn that nobody has may stand.
      const stillHere = setInterval(() => utimesSync(turn, new Date(), new Date()), patience / 10);
      return () => {
        clearInterval(stillHere);
        rmSync(turn, { recursive: true, force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const { mtimeMs = Date.now() } = statSync(turn, { throwIfNoEntry: false }) ?? {};
      if (Date.now() - mtimeMs > patience) rmSync(turn, { recursive: true, force: true });
      else await sleep(200);
    }
  }
}

if (import.meta.main) await buildWeb();
