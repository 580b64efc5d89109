import { mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StrongroomError } from '@strongroom/core';
import { restoreOf, stateFile, stateFolder, stateText } from '../restore-state.ts';
import { fileError, systemCode } from './file-errors.ts';

export { stateFolder };

/**
 * Makes a folder ready for a restore, or for going on with it.
 * @param restore tells restores apart
 * @throws StrongroomError 'target-not-empty' when anything but an unfinished part of this restore is there
 */
export async function beginRestore(root: string, restore: string): Promise<void> {
  try {
    await mkdir(root, { recursive: true });
    if (!(await stat(root)).isDirectory()) throw notEmpty(root);
    const names = await readdir(root);
    const mine = (await restoreUnderWay(root)) === restore;
    if (!mine && names.some((name) => name !== stateFolder)) throw notEmpty(root);
    if (mine) return await dropParts(root);
    await rm(join(root, stateFolder), { recursive: true, force: true });
    await mkdir(join(root, stateFolder));
    await writeState(root, restore);
  } catch (error) {
    if (systemCode(error) === 'EEXIST' || systemCode(error) === 'ENOTDIR') throw notEmpty(root, error);
    throw fileError(error, root);
  }
}

async function dropParts(root: string): Promise<void> {
  for (const name of await readdir(join(root, stateFolder))) {
    if (name !== stateFile) await rm(join(root, stateFolder, name), { recursive: true, force: true });
  }
}

/** Ends a restore: its folder is like any other from now on. */
export async function endRestore(root: string): Promise<void> {
  await rm(join(root, stateFolder), { recursive: true, force: true });
}

async function restoreUnderWay(root: string): Promise<string | undefined> {
  try {
    return restoreOf(await readFile(join(root, stateFolder, stateFile), 'utf8'));
  } catch {
    return undefined;
  }
}

async function writeState(root: string, restore: string): Promise<void> {
  await using file = await open(join(root, stateFolder, stateFile), 'w');
  await file.writeFile(stateText(restore));
  await file.sync();
}

function notEmpty(path: string, cause?: unknown): StrongroomError {
  return new StrongroomError('target-not-empty', { path }, { cause });
}
