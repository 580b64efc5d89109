#!/usr/bin/env node
// Starts the command: the bundle, or in a clone of the repository the sources. Where this Node will not do, in another.
const condition = '--conditions=source';
const recentEnough = Number(process.versions.node.split('.')[0]) >= 26;

if (recentEnough && (!isFromSource() || hasCondition())) {
  prepare();
  await (isFromSource() ? import('../src/main.ts') : import('../bundle/main.js'));
} else {
  const { startInAnother } = await import('./another-node.js');
  startInAnother([condition, ...process.argv.slice(1)], recentEnough);
}

function isFromSource() {
  const source = new URL('../src/main.ts', import.meta.url);
  const isInstalled = source.pathname.includes('/node_modules/');
  return !isInstalled && process.env.STRONGROOM_BUNDLE !== '1' && builtin('node:fs').existsSync(source);
}

function hasCondition() {
  return `${process.execArgv.join(' ')} ${process.env.NODE_OPTIONS ?? ''}`.includes(condition);
}

function prepare() {
  // Threads that wait for the disk, most of all when many small files are restored; read when the first is needed.
  process.env.UV_THREADPOOL_SIZE ??= '16';
  // What is young and short-lived here is mostly buffers, which lie elsewhere: a small nursery saves tens of megabytes,
  // and so does a heap that grows in small steps.
  builtin('node:v8').setFlagsFromString('--semi-space-growth-factor=1');
  builtin('node:v8').setFlagsFromString('--heap-growing-percent=20');
  // Halves the time to start. In a folder of the person's own: nobody else may put code there.
  const caches = process.env.XDG_CACHE_HOME ?? `${builtin('node:os').homedir()}/.cache`;
  if (process.env.NODE_COMPILE_CACHE === undefined)
    builtin('node:module').enableCompileCache(`${caches}/strongroom`);
}

// What is imported by its name takes longer: every one of its exports is looked at.
function builtin(name) {
  return process.getBuiltinModule(name);
}
