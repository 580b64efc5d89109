import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');

interface Diagnostic {
  readonly code: string;
  readonly help?: string;
  readonly filename: string;
}

/**
 * What the repository's lint rules for imports say of files that are not in it.
 * @param snippets file names, relative to the root of the repository, with their source
 * @returns the reasons given for each file, an empty list for a file that passes
 */
export async function lintSnippets(
  snippets: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'import-rules-'));
  try {
    await layOut(folder, snippets);
    const found = (await oxlint(folder)).filter(isAboutImports);
    const reasonsOf = (file: string): string[] =>
      found.filter(({ filename }) => filename === file).map(({ help }) => help ?? '');
    return new Map(Array.from(snippets.keys(), (file) => [file, reasonsOf(file)]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function layOut(folder: string, snippets: ReadonlyMap<string, string>): Promise<void> {
  for (const config of ['.oxlintrc.json', 'tools/import-rules.json']) {
    await cp(join(root, config), join(folder, config));
  }
  for (const [file, source] of snippets) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), source);
  }
}

function isAboutImports({ code }: Diagnostic): boolean {
  return code === 'eslint(no-restricted-imports)' || code === 'unicorn(prefer-node-protocol)';
}

function oxlint(folder: string): Promise<readonly Diagnostic[]> {
  const command = join(root, 'node_modules/.bin/oxlint');
  return new Promise((resolve, reject) => {
    execFile(command, ['--format=json', '.'], { cwd: folder, maxBuffer: 2 ** 28 }, (error, stdout) => {
      // It exits with 1 whenever it has found something.
      if (error !== null && error.code !== 1) reject(error);
      else resolve((JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] }).diagnostics);
    });
  });
}
