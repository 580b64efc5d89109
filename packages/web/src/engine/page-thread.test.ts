import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

// What takes long must not run on the page's thread. What the page does not import cannot run there.

const src = join(import.meta.dirname, '..');
const imports = /^(?:import|export)\s+(?!type\b)(?:[^'";]*?\bfrom\s+)?'([^']+)'/gm;

/** Files of ours and packages that come with some files, by what they import as values. */
function reachedFrom(files: readonly string[]): {
  readonly files: Set<string>;
  readonly packages: Set<string>;
} {
  const found = { files: new Set<string>(), packages: new Set<string>() };
  const open = [...files];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.files.has(file)) continue;
    found.files.add(file);
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(imports))
      if (!name.startsWith('.')) found.packages.add(name);
      else if (/\.tsx?$/.test(name)) open.push(join(dirname(file), name));
  }
  return found;
}

function screens(): readonly string[] {
  return readdirSync(join(src, 'screens'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.tsx'))
    .map((path) => join(src, 'screens', path));
}

const page = reachedFrom([join(src, 'main.tsx'), ...screens()]);

test('of the engine, the page has only what starts its worker and speaks with it', () => {
  const files = [...page.files]
    .map((file) => relative(src, file))
    .filter((file) => file.startsWith('engine/'));
  expect(files.toSorted()).toEqual([
    'engine/background-wake.ts',
    'engine/connect-worker.ts',
    'engine/early-worker.ts',
    'engine/late.ts',
    'engine/page.ts',
    'engine/problem.ts',
    'engine/same-parts.ts',
    'engine/worker-name.ts',
  ]);
});

test('of our packages, the page has the ground floor, and how a key is written: no archive, no database', () => {
  const ours = [...page.packages].filter((name) => name.startsWith('@strongroom/'));
  expect(ours.toSorted()).toEqual(['@strongroom/client', '@strongroom/core']);
  const client = /^import \{([^}]*)\} from '@strongroom\/client'/gm;
  const names = [...page.files].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(client)].flatMap(([, list = '']) => list.split(/,\s*/)),
  );
  expect([...new Set(names.map((name) => name.trim()))].toSorted()).toEqual([
    'groupNames',
    'groupsToAsk',
    'spreadKey',
  ]);
  expect([...page.packages].filter((name) => /sqlite|sodium|noble|hpke|zip|connect/.test(name))).toEqual([]);
});

test('the screens that are looked at were found, and what they import', () => {
  expect(page.files.size).toBeGreaterThan(150);
  expect(page.packages).toContain('react');
});
