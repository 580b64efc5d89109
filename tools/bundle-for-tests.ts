import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleVariable, compileCache } from './command.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Bundles the command once for all tests of a run. @returns what removes the bundle */
export default function bundleForTests(): () => void {
  // In the package: what is not bundled, and the launcher, are found from there as they are when it is installed.
  const caches = path('../packages/cli/.cache');
  mkdirSync(caches, { recursive: true });
  const folder = mkdtempSync(join(caches, 'bundle-'));
  const programs = ['test/kit/memory-process.ts'];
  execFileSync(process.execPath, ['--conditions=source', path('bundle.ts'), folder, ...programs], {
    stdio: 'inherit',
  });
  process.env[bundleVariable] = folder;
  // For whatever the tests start themselves.
  process.env['NODE_COMPILE_CACHE'] ??= compileCache;
  return () => rmSync(folder, { recursive: true, force: true });
}
