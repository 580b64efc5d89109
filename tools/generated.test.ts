import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const gen = 'packages/wire/src/gen';
let fresh: string;

beforeAll(async () => {
  fresh = await mkdtemp(join(tmpdir(), 'generated-'));
  const bin = join(root, 'node_modules/.bin');
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}` };
  await promisify(execFile)('buf', ['generate', '--output', fresh], { cwd: root, env });
});

afterAll(() => rm(fresh, { recursive: true, force: true }));

async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = files.map(async (file) => [file.slice(folder.length + 1), await readFile(file, 'utf8')]);
  return Object.fromEntries(await Promise.all(texts)) as Record<string, string>;
}

test('the code in packages/wire/src/gen is what proto/ makes (if not: npm run generate)', async () => {
  const made = await contents(join(fresh, gen));
  expect(Object.keys(made)).not.toEqual([]);
  expect(await contents(join(root, gen))).toEqual(made);
});
