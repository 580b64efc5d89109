import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rooms } from './import-table.ts';

/** One pattern of the lint rule `no-restricted-imports`. */
export interface Pattern {
  readonly regex?: string;
  readonly group?: readonly string[];
  readonly allowTypeImports?: boolean;
  readonly message: string;
}

/** The last override whose `files` match a file holds for it; earlier ones are not added to it. */
export interface Override {
  readonly files: readonly string[];
  readonly rules: Readonly<Record<string, readonly [string, { readonly patterns: readonly Pattern[] }]>>;
}

const byPath: Pattern = {
  regex: '^\\.\\.?/(.*/)?[a-z-]+/(src|dist|test)(/|$)',
  message:
    'Import another package by its name, never by a path into its folder: its exports are its promise.',
};
const testDouble: Pattern = {
  regex: '^@strongroom/[a-z]+/testing$',
  message: 'Test doubles and conformance suites are for tests only.',
};
const platform: Pattern = {
  regex:
    '^(node:.+|@connectrpc/connect-node|@strongroom/[a-z]+/node|@strongroom/clouds/(folder|builtin-server))$',
  message:
    'A browser runs this too: nothing from Node outside src/node/ and tests (in clouds: src/folder/ and servers). Take it through a port.',
};
const server: Pattern = {
  regex: '^(fastify|@fastify/.+|pino|prom-client|@connectrpc/connect-fastify)$',
  message: 'Server libraries belong to vault, chatd, cli and the servers in clouds.',
};
const typeOfArchive: Pattern = {
  regex: '^@strongroom/archive$',
  allowTypeImports: true,
  message:
    'clouds knows of the archive its ObjectStore port alone: types, or @strongroom/archive/object-store.',
};

/** The contents of import-rules.json: what the table of rooms says, in the linter's words. */
export function importRules(): { overrides: readonly Override[] } {
  return { overrides: [anywhere(), anyTest(), ...Object.keys(rooms).flatMap(ofPackage)] };
}

function ofPackage(name: string): readonly Override[] {
  if (name === 'cli') return [];
  if (name === 'clouds') return ofClouds();
  return rooms[name]!.browser ? ofBrowserPackage(name) : ofServer(name);
}

function ofBrowserPackage(name: string): readonly Override[] {
  const ours = onlyRooms(name);
  return [
    override(within(name, 'src/**'), platform, server, testDouble, ours),
    override(within(name, 'src/node/**'), server, testDouble, ours),
    override(testsOf(name), server, ours),
  ];
}

function ofClouds(): readonly Override[] {
  const port = ['core/**', 'core', 'archive', 'archive/object-store'];
  const ours = only(port, rooms['clouds']!.why);
  const inTests = only([...port, 'archive/testing'], rooms['clouds']!.why);
  return [
    override(within('clouds', 'src/**'), platform, server, testDouble, typeOfArchive, ours),
    override(within('clouds', 'src/{folder,node}/**'), server, testDouble, typeOfArchive, ours),
    override(within('clouds', 'src/*-server/**', 'src/**/*-server.ts'), testDouble, typeOfArchive, ours),
    override(testsOf('clouds'), typeOfArchive, inTests),
  ];
}

function ofServer(name: string): readonly Override[] {
  return [
    override(within(name, 'src/**'), testDouble, onlyRooms(name)),
    override(testsOf(name), onlyRooms(name)),
  ];
}

function anywhere(): Override {
  return override(['**'], testDouble);
}

function anyTest(): Override {
  return override(['**/*.test.ts', 'test/**', 'faults/**', 'bench/vault/**', 'packages/*/test/**']);
}

function onlyRooms(name: string): Pattern {
  const { imports, why } = rooms[name]!;
  return only(
    imports.flatMap((room) => [room, `${room}/**`]),
    why,
  );
}

// oxlint stops at a pattern that un-forbids a name, so this one comes last, after any regex that forbids part of it.
function only(names: readonly string[], message: string): Pattern {
  const allowed = names.map((name) => `!@strongroom/${name}`);
  return { group: ['@strongroom/*', '@strongroom/*/**', ...allowed], message };
}

function within(name: string, ...globs: readonly string[]): readonly string[] {
  return globs.map((glob) => `packages/${name}/${glob}`);
}

function testsOf(name: string): readonly string[] {
  return within(name, 'src/**/*.test.ts', 'test/**');
}

function override(files: readonly string[], ...patterns: readonly Pattern[]): Override {
  return { files, rules: { 'no-restricted-imports': ['error', { patterns: [byPath, ...patterns] }] } };
}

if (import.meta.main) {
  writeFileSync(
    join(import.meta.dirname, 'import-rules.json'),
    `${JSON.stringify(importRules(), null, 2)}\n`,
  );
}
