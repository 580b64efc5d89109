import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileContent } from './file-content.ts';

/** A copy of a file that goes away. */
export interface TemporaryCopy {
  readonly content: FileContent;
  /** Closes it, and leaves nothing behind. */
  remove(): Promise<void>;
}

/**
 * Opens a copy that is made in a folder of its own.
 * @param path names the file in errors
 * @param copyTo makes it at a place
 */
export async function openTemporary(
  path: string,
  copyTo: (place: string) => Promise<void>,
): Promise<TemporaryCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-'));
  try {
    const copy = join(folder, 'copy.db');
    await copyTo(copy);
    const content = FileContent.open(copy, path);
    // Where the platform allows it, nothing of the copy is left behind even when the process is killed.
    if (process.platform !== 'win32') await rm(folder, { recursive: true });
    return { content, remove: () => removeAll(content, folder) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function removeAll(content: FileContent, folder: string): Promise<void> {
  content.close();
  await rm(folder, { recursive: true, force: true });
}
