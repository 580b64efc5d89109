import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StrongroomError } from '@strongroom/core';

/** A program and its first arguments. */
export type CommandLine = readonly [string, ...string[]];

/** How this very command is started again: bundled, or from the sources. */
export function thisCommand(): CommandLine {
  const conditions = process.execArgv.filter((arg) => arg.startsWith('--conditions'));
  return [process.execPath, ...conditions, process.argv[1]!];
}

/** etcd, or the program that the environment variable ETCD names. @throws StrongroomError `wrong-usage` */
export function etcdProgram(): string {
  return installed(
    'ETCD',
    ['etcd'],
    'etcd is not installed. On Debian and Ubuntu: `sudo apt-get install etcd-server`. Or name it: ETCD=/path/to/etcd',
  );
}

/** SoftHSM's tool that makes tokens. @throws StrongroomError `wrong-usage` */
export function softhsmUtil(): string {
  return installed('SOFTHSM2_UTIL', ['softhsm2-util'], softhsmAdvice);
}

/** SoftHSM's PKCS#11 library. @throws StrongroomError `wrong-usage` */
export function softhsmModule(): string {
  return installed('SOFTHSM2_MODULE', modules, softhsmAdvice);
}

/** @throws StrongroomError `wrong-usage` when SoftHSM is not installed */
export function checkSofthsm(): void {
  softhsmUtil();
  softhsmModule();
}

const softhsmAdvice =
  'SoftHSM is not installed. On Debian and Ubuntu: `sudo apt-get install softhsm2`. Or name its library: SOFTHSM2_MODULE=/path/to/libsofthsm2.so';
const modules = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

function installed(variable: string, names: readonly string[], advice: string): string {
  const named = process.env[variable];
  const wanted = named === undefined || named === '' ? names : [named];
  const found = wanted.flatMap(places).find(isThere);
  if (found !== undefined) return found;
  throw new StrongroomError('wrong-usage', { why: advice });
}

function places(name: string): readonly string[] {
  if (name.includes('/')) return [name];
  return (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
