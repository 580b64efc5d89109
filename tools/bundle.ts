import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { commanderStartsNothing, quickBuiltins } from './quick-builtins.ts';

// Bundles the command: as few files as it takes, since every module that is looked for costs time at each start.
// What only the server needs stays where npm puts it.

const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
// Tests say where it goes, and which programs of theirs to bundle as the command is: paths from the root.
const [out = root('packages/cli/bundle'), ...programs] = process.argv.slice(2);
const serverOnly = [
  'fastify',
  /^@fastify\//,
  'pino',
  'prom-client',
  /^@opentelemetry\//,
  '@connectrpc/connect-fastify',
  '@connectrpc/connect-node',
  'pkcs11js',
];

await rm(out, { recursive: true, force: true });
await build({
  input: {
    main: root('packages/cli/src/main.ts'),
    // Started by its name, beside the file that starts it.
    'node-thread': root('packages/archive/src/node/node-thread.ts'),
    ...Object.fromEntries(programs.map((path) => [basename(path, '.ts'), root(path)])),
  },
  platform: 'node',
  plugins: [commanderStartsNothing, quickBuiltins],
  external: serverOnly,
  resolve: { conditionNames: ['source', 'node', 'import', 'default'] },
  output: {
    dir: out,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    cleanDir: true,
    minify: false,
  },
});
