import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { importRules } from './import-rules.ts';
import { rooms } from './import-table.ts';
import { lintSnippets } from './lint-snippets.ts';

const root = join(import.meta.dirname, '..');
const names = Object.keys(rooms);
const inBrowser = ['core', 'wire', 'opaque', 'protocol', 'archive', 'client'];
const reason = {
  path: 'Import another package by its name, never by a path into its folder: its exports are its promise.',
  double: 'Test doubles and conformance suites are for tests only.',
  platform:
    'A browser runs this too: nothing from Node outside src/node/ and tests (in clouds: src/folder/ and servers). Take it through a port.',
  server: 'Server libraries belong to vault, chatd, cli and the servers in clouds.',
  type: 'clouds knows of the archive its ObjectStore port alone: types, or @strongroom/archive/object-store.',
  protocol: 'Prefer `node:fs` over `fs`.',
};

async function packageJson(name: string): Promise<{ dependencies?: Record<string, string> }> {
  return JSON.parse(await readFile(join(root, 'packages', name, 'package.json'), 'utf8')) as never;
}

describe('the table of rooms', () => {
  test('knows every package', async () => {
    expect((await readdir(join(root, 'packages'))).toSorted()).toEqual(names.toSorted());
  });

  test('is what import-rules.json says (if not: npm run generate)', async () => {
    const written = await readFile(join(import.meta.dirname, 'import-rules.json'), 'utf8');
    expect(JSON.parse(written)).toEqual(importRules());
  });

  test('has no circle', () => {
    const reach = (name: string, path: readonly string[]): void => {
      expect(path).not.toContain(name);
      for (const next of rooms[name]!.imports) reach(next, [...path, name]);
    };
    for (const name of names) reach(name, []);
  });

  test.each(names)('agrees with the dependencies of %s', async (name) => {
    const dependencies = Object.keys((await packageJson(name)).dependencies ?? {});
    const ours = dependencies.filter((dependency) => dependency.startsWith('@strongroom/'));
    expect(ours.toSorted()).toEqual(rooms[name]!.imports.map((room) => `@strongroom/${room}`).toSorted());
  });

  test.each(names.filter((name) => !['clouds', 'vault', 'chatd', 'cli'].includes(name)))(
    'has no server library among the dependencies of %s',
    async (name) => {
      const dependencies = Object.keys((await packageJson(name)).dependencies ?? {});
      expect(dependencies.filter((dependency) => /fastify|pino|connect-node/.test(dependency))).toEqual([]);
    },
  );
});

interface Case {
  readonly file: string;
  readonly source: string;
  readonly reasons: readonly string[];
}

/** Each package importing each other one by value, in its shared code. */
function everyPair(): readonly Case[] {
  return names.flatMap((from) =>
    names.map((to) => ({
      file: `packages/${from}/src/pair-${to}.ts`,
      source: `export { it } from '@strongroom/${to}';`,
      reasons: reasonsOfPair(from, to),
    })),
  );
}

function reasonsOfPair(from: string, to: string): readonly string[] {
  if (from === 'clouds' && to === 'archive') return [reason.type];
  return from === 'cli' || rooms[from]!.imports.includes(to) ? [] : [rooms[from]!.why];
}

/** Each place of the packages that a browser needs, importing from Node and a server's library. */
function everyPlace(): readonly Case[] {
  return inBrowser.flatMap((name) => [
    one(`packages/${name}/src/a.ts`, `import 'node:fs/promises';`, reason.platform),
    one(`packages/${name}/src/deep/b.ts`, `await import('node:crypto');`, reason.platform),
    one(`packages/${name}/src/testing/c.ts`, `export { readFile } from 'node:fs';`, reason.platform),
    one(`packages/${name}/src/node/d.ts`, `import 'node:fs';`),
    one(`packages/${name}/src/e.test.ts`, `import 'node:fs';`),
    one(`packages/${name}/test/f.ts`, `import 'node:fs';`),
    one(`packages/${name}/src/g.ts`, `import 'fs';`, reason.protocol),
    one(`packages/${name}/src/node/h.ts`, `import 'fastify';`, reason.server),
    one(`packages/${name}/src/i.test.ts`, `import '@fastify/websocket';`, reason.server),
    one(`packages/${name}/src/j.ts`, `import 'pino';`, reason.server),
    one(`packages/${name}/src/node/k.ts`, `export * from '@strongroom/chatd';`, rooms[name]!.why),
    one(`packages/${name}/src/l.test.ts`, `import '@strongroom/vault';`, rooms[name]!.why),
    one(`packages/${name}/src/m.ts`, `import '../../cli/src/main.ts';`, reason.path),
    one(`packages/${name}/src/n.test.ts`, `import '../../../packages/cli/src/main.ts';`, reason.path),
    one(`packages/${name}/src/o/p.ts`, `import '../q.ts'; import './r.ts'; import '../o/s.ts';`),
    one(`packages/${name}/test/t.test.ts`, `import '../src/u.ts';`),
  ]);
}

const clouds: readonly Case[] = [
  one('packages/clouds/src/a.ts', `import type { ObjectStore } from '@strongroom/archive';`),
  one('packages/clouds/src/p.ts', `import { it } from '@strongroom/archive/object-store';`),
  one('packages/clouds/src/b.ts', `export { it } from '@strongroom/archive';`, reason.type),
  one('packages/clouds/src/folder/c.ts', `import { it } from '@strongroom/archive';`, reason.type),
  one(
    'packages/clouds/src/d.ts',
    `import '@strongroom/archive/node';`,
    reason.platform,
    rooms['clouds']!.why,
  ),
  one(
    'packages/clouds/src/e.ts',
    `import '@strongroom/archive/testing';`,
    reason.double,
    rooms['clouds']!.why,
  ),
  one('packages/clouds/src/f.test.ts', `import '@strongroom/archive/testing';`),
  one('packages/clouds/src/g.test.ts', `import '@strongroom/archive/node';`, rooms['clouds']!.why),
  one('packages/clouds/src/h.test.ts', `import '@strongroom/client';`, rooms['clouds']!.why),
  one('packages/clouds/src/builtin/i.ts', `import 'node:fs';`, reason.platform),
  one('packages/clouds/src/folder/j.ts', `import 'node:fs';`),
  one('packages/clouds/src/builtin/builtin-server.ts', `import 'node:fs'; import 'fastify';`),
  one('packages/clouds/src/s3-server/k.ts', `import 'node:http'; import 'pino';`),
  one('packages/clouds/src/builtin/l.ts', `import 'fastify';`, reason.server),
  one('packages/clouds/src/folder/m.ts', `import 'fastify';`, reason.server),
];

const others: readonly Case[] = [
  one('packages/client/src/a1.ts', `import '@strongroom/archive/node';`, reason.platform),
  one('packages/client/src/b1.ts', `import '@strongroom/clouds/folder';`, reason.platform),
  one('packages/client/src/c1.ts', `import '@strongroom/clouds/builtin';`),
  one('packages/client/src/node/d1.ts', `import '@strongroom/archive/node';`),
  one('packages/client/src/e1.ts', `import '@strongroom/archive/testing';`, reason.double),
  one('packages/client/src/f1.test.ts', `import '@strongroom/archive/testing';`),
  one('packages/vault/src/a1.ts', `import 'node:crypto'; import 'fastify'; import 'pino';`),
  one('packages/vault/src/b1.test.ts', `import '@strongroom/client';`, rooms['vault']!.why),
  one('packages/vault/src/c1.ts', `import type { T } from '@strongroom/archive';`, rooms['vault']!.why),
  one('packages/vault/src/d1.ts', `import '@strongroom/wire/vault';`),
  one('packages/opaque/src/a1.ts', `import '@strongroom/wire/vault';`, rooms['opaque']!.why),
  one('packages/chatd/src/a1.ts', `import 'node:http'; import '@connectrpc/connect-fastify';`),
  one('packages/chatd/src/b1.ts', `await import('@strongroom/vault');`, rooms['chatd']!.why),
  one('packages/chatd/src/c1.ts', `import '../../vault/src/rules.ts';`, reason.path),
  one('packages/cli/src/a1.ts', `import 'node:fs'; import 'fastify'; import '@strongroom/archive/node';`),
  one('packages/cli/src/b1.ts', `import '@strongroom/archive/testing';`, reason.double),
  one('demo/a1.ts', `import '../packages/cli/src/main.ts';`, reason.path),
  one('demo/b1.ts', `import '@strongroom/cli'; import 'node:fs';`),
  one('test/c1.ts', `import '@strongroom/archive/testing';`),
];

function one(file: string, source: string, ...reasons: readonly string[]): Case {
  return { file, source, reasons };
}

describe('the linter', () => {
  const cases = [...everyPair(), ...everyPlace(), ...clouds, ...others];
  let found: ReadonlyMap<string, readonly string[]>;

  beforeAll(async () => {
    found = await lintSnippets(new Map(cases.map(({ file, source }) => [file, source])));
  });

  test('was asked about as many files as there are cases', () => {
    expect(new Set(cases.map(({ file }) => file)).size).toBe(cases.length);
  });

  test.each(cases.filter(({ reasons }) => reasons.length > 0))(
    'refuses in $file: $source',
    ({ file, reasons }) => {
      expect(found.get(file)).toEqual(reasons);
    },
  );

  test.each(cases.filter(({ reasons }) => reasons.length === 0))('allows in $file: $source', ({ file }) => {
    expect(found.get(file)).toEqual([]);
  });
});
