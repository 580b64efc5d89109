#!/usr/bin/env node
// Finds the Node that the product was made for, and what to run: the bundle, or in a clone of the repository the sources.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const bundle = fileURLToPath(new URL('../bundle/main.js', import.meta.url));
const source = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const bundledNode = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));

const recentEnough = Number(process.versions.node.split('.')[0]) >= 26;
const node = recentEnough ? process.execPath : bundledNode;
if (!recentEnough && !existsSync(bundledNode)) {
  console.error(`strongroom needs Node 26 or newer; this is ${process.version}.`);
  process.exit(1);
}

const installed = source.includes(`${sep}node_modules${sep}`);
const wantsBundle = process.env.STRONGROOM_BUNDLE === '1';
const fromSource = !installed && !wantsBundle && existsSync(source);
const condition = '--conditions=source';
const options = `${process.execArgv.join(' ')} ${process.env.NODE_OPTIONS ?? ''}`;
const hasSourceCondition = !fromSource || options.includes(condition);

if (recentEnough && hasSourceCondition) {
  // Threads that wait for the disk, most of all when many small files are restored; read when the first is needed.
  process.env.UV_THREADPOOL_SIZE ??= '16';
  // What is young and short-lived here is mostly buffers, which lie elsewhere: a small nursery saves tens of megabytes.
  setFlagsFromString('--max-semi-space-size=1');
  setFlagsFromString('--semi-space-growth-factor=1');
  // Halves the time to start. In a folder of the person's own: nobody else may put code there.
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  if (process.env.NODE_COMPILE_CACHE === undefined) module.enableCompileCache?.(join(caches, 'strongroom'));
  await import(pathToFileURL(fromSource ? source : bundle).href);
} else {
  const main = fromSource ? [condition, source] : [bundle];
  const child = spawn(node, [...main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself; others are passed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}
