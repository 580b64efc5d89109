import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));

/** In which variable the tests say where they bundled the command. */
export const bundleVariable = 'STRONGROOM_TEST_BUNDLE';

/**
 * What Node is given to run the `strongroom` command: the bundle that the tests made of the sources, as it is
 * installed and three times as quick to start; else the sources.
 */
export function strongroomCommand(): readonly string[] {
  return programCommand('main', source);
}

/** The same for a program of the tests that is bundled with the command. @param name without its ending */
export function programCommand(name: string, source: string): readonly string[] {
  const bundle = process.env[bundleVariable];
  return bundle === undefined ? ['--conditions=source', source] : [join(bundle, `${name}.js`)];
}

/** Where Node keeps what it compiled, which halves the time a program takes to start. */
export const compileCache: string = fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url));

/** The environment of a program that a test starts. */
export function environment(): NodeJS.ProcessEnv {
  return { NODE_COMPILE_CACHE: compileCache, ...process.env };
}
