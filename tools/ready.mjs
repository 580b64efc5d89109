// Gets a fresh clone ready, then runs the app, the demo or the tests:
//
//   node tools/ready.mjs start [arguments of strongroom up]
//   node tools/ready.mjs demo [arguments of demo/main.ts]
//   node tools/ready.mjs test [arguments of vitest]
//   node tools/ready.mjs node      only makes sure that the Node of node_modules runs
//
// Plain JavaScript for any Node from 20 on: nothing is installed yet when it starts.

import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { constants as os } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const windows = process.platform === 'win32';
const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}` };
const summary = /^\d+ passed, \d+ failed/;

/** Ends the run with a sentence for people instead of a stack trace. */
class Stop extends Error {}

async function main([command, ...args]) {
  makeSureOfDependencies();
  makeSureNodeRuns();
  if (command === 'node') return 0;
  if (command === 'start') return start(args);
  if (command === 'demo') return run('node', ['--conditions=source', 'demo/main.ts', ...args]);
  if (command === 'test') return test(args);
  throw new Stop('Usage: node tools/ready.mjs start|demo|test [arguments]');
}

async function start(args) {
  say('Building the web app, unless it is built.');
  const built = call('node', ['--conditions=source', 'tools/build-web.ts']);
  if (built.status !== 0) throw new Stop('The web app could not be built, see above.');
  return run('node', ['--conditions=source', 'packages/cli/src/main.ts', 'up', ...args]);
}

async function test(args) {
  makeSureOfPrograms();
  const broken = ['format:check', 'lint', 'typecheck'].filter((part) => !passes(part));
  if (broken.length === 0) return runTests(args);
  say(`Not in order: ${broken.map((part) => `npm run ${part}`).join(', ')}. See above; no test was run.`);
  console.log(`0 passed, ${broken.length} failed`);
  return 1;
}

// --- What must be there ---

function makeSureOfDependencies() {
  if (isInstalled()) return;
  say('Installing what package-lock.json names into node_modules (npm ci). This happens once.');
  // The tools are development dependencies: NODE_ENV=production must not leave them out.
  if (call('npm', ['ci', '--include=dev', '--loglevel=error']).status !== 0) {
    throw new Stop('npm ci failed, see above. Is the network there, and the disk not full?');
  }
}

// By content rather than by date: git sets new dates on old files.
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf(join('node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(([path, { version, link, optional }]) => {
    if (link || !path.includes('node_modules/')) return true;
    return present[path] ? present[path].version === version : optional === true;
  });
}

function packagesOf(lockFile) {
  const path = join(root, lockFile);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {};
}

function makeSureNodeRuns() {
  if (nodeFailure()?.includes('libatomic')) install('libatomic1', 'the Node in node_modules needs it');
  const failure = nodeFailure();
  if (failure !== null) throw new Stop(`${failure}\n${nodeAdvice(failure)}`);
}

/** Why Node 26 cannot be started, or null when it can. */
function nodeFailure() {
  const { status, stdout, stderr, error } = call('node', ['--version'], 'pipe');
  if (status !== 0) return `Node 26 does not start: ${error?.message ?? String(stderr).trim()}`;
  const version = String(stdout).trim();
  return version.startsWith('v26.') ? null : `Node 26 is needed, and this is ${version}.`;
}

function nodeAdvice(failure) {
  if (failure.includes('libatomic')) {
    return 'Install the library libatomic: `sudo apt-get install libatomic1` (Debian, Ubuntu), `sudo dnf install libatomic` (Fedora).';
  }
  return `npm brings Node 26 for Linux (glibc), macOS on ARM and Windows; on ${process.platform} ${process.arch} install it from https://nodejs.org and put it first on the PATH.`;
}

// Debian's packages that the tests run: what each is for, where it is, what does as well, and the variable that may
// name another one.
const programs = [
  {
    name: 'chromium-headless-shell',
    why: 'the browser tests run in it',
    path: '/usr/bin/chromium-headless-shell',
    orElse: '/usr/bin/chromium',
    variable: 'CHROMIUM',
  },
  {
    name: 'softhsm2',
    why: 'the tests of PKCS#11 use it',
    path: '/usr/bin/softhsm2-util',
    variable: 'SOFTHSM2_UTIL',
  },
  { name: 'etcd-server', why: 'a fleet keeps its records in it', path: '/usr/bin/etcd', variable: 'ETCD' },
  { name: 'iproute2', why: 'the campaign of faults cuts networks with it', path: '/usr/bin/ip' },
  { name: 'util-linux', why: 'the campaign of faults runs in namespaces', path: '/usr/bin/unshare' },
];

function makeSureOfPrograms() {
  for (const { name, why, path: usual, orElse, variable } of programs) {
    const path = (variable && process.env[variable]) ?? usual;
    if (isExecutable(path)) continue;
    if (path === usual) install(name, why);
    if (isExecutable(path) || (path === usual && orElse && isExecutable(orElse))) continue;
    throw new Stop(
      `The tests need ${name} (${why}), and ${path} is not there. Install it (Debian: \`sudo apt-get install ${name}\`)${
        variable ? `, or name one of yours: ${variable}=/path/to/it npm test` : '.'
      }`,
    );
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Installs a Debian package where that is allowed without asking; otherwise does nothing. */
function install(name, why) {
  const apt = aptGet();
  if (apt === null) return;
  say(`Installing ${name} (apt-get): ${why}. This happens once.`);
  const get = () => apt('install', '--yes', '--no-install-recommends', name).status === 0;
  // A fresh container has no package lists; a used one need not fetch them again.
  if (!get() && apt('update').status === 0) get();
}

function aptGet() {
  if (process.platform !== 'linux' || call('apt-get', ['--version'], 'pipe').status !== 0) return null;
  const asRoot = process.getuid() === 0 ? [] : ['sudo', '--non-interactive'];
  if (asRoot.length > 0 && call('sudo', ['--non-interactive', 'true'], 'pipe').status !== 0) return null;
  const [command, ...before] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq'];
  return (...args) => call(command, [...before, ...args], ['ignore', 'ignore', 'inherit']);
}

// --- Running ---

function passes(script) {
  return call('npm', ['run', '--silent', script]).status === 0;
}

/** Runs vitest; whatever becomes of it, the last line says how many passed and failed. */
async function runTests(args) {
  let tail = '';
  const code = await run('vitest', ['run', ...args], (chunk) => {
    process.stdout.write(chunk);
    tail = (tail + chunk).slice(-4096);
  });
  if (!summary.test(tail.trimEnd().split('\n').at(-1))) console.log('0 passed, 1 failed');
  return code;
}

function call(command, args, stdio = 'inherit') {
  return spawnSync(command, args, { cwd: root, env, stdio, shell: windows });
}

/**
 * Runs a command to its end, signals and all.
 * @returns {Promise<number>} its exit code, 128 + the signal's number when a signal ended it
 */
function run(command, args, onOutput) {
  const colour = onOutput && process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const stdio = ['inherit', onOutput ? 'pipe' : 'inherit', 'inherit'];
  const child = spawn(command, args, { cwd: root, env: { ...colour, ...env }, stdio, shell: windows });
  child.stdout?.setEncoding('utf8').on('data', onOutput);
  passSignals(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? 128 + os.signals[signal]));
  });
}

function passSignals(child) {
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // A terminal sends Ctrl-C to the child by itself; twice would mean "at once" to it.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
}

function say(sentence) {
  console.error(`\n${sentence}`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof Stop ? error.message : error.stack);
  // `npm test` may fail before it has got to `test`: its last line is the same.
  const testing = process.argv[2] === 'test' || process.env.npm_lifecycle_event?.startsWith('test');
  if (testing) console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
