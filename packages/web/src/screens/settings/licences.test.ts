import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { licences } from './licences.ts';

const root = join(import.meta.dirname, '../../../../..');
const own = ['web', 'client', 'chats', 'archive', 'core', 'opaque', 'wire', 'protocol'];
// What is no dependency of running code, and is in the app all the same.
const built = ['workbox-precaching'];

interface Manifest {
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
}

test('every package that the app stands on is named', () => {
  const used = own.flatMap((room) => Object.keys(manifest(`packages/${room}`).dependencies ?? {}));
  const foreign = [...built, ...used].filter((name) => !name.startsWith('@strongroom/'));
  expect(foreign.length).toBeGreaterThan(15);
  expect(licences.map(({ name }) => name)).toEqual([...new Set(foreign)].toSorted());
});

test.each(licences)('$name is under $licence', ({ name, licence }) => {
  expect(manifest(`node_modules/${name}`).license).toBe(licence);
});
