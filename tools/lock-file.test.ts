import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

const file = join(import.meta.dirname, '../package-lock.json');
const { packages } = JSON.parse(await readFile(file, 'utf8')) as { packages: Record<string, Locked> };
const installed = Object.entries(packages).filter(
  ([path, entry]) => path.includes('node_modules/') && !entry.link,
);

test('the lock file names no registry, so that everyone installs from their own', () => {
  const addresses = Object.values(packages).flatMap(({ resolved }) => resolved ?? []);
  expect(addresses.filter((address) => address.includes(':'))).toEqual([]);
});

test('the lock file pins the bytes of every package, wherever they come from', () => {
  expect(installed.length).toBeGreaterThan(100);
  expect(installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
});
