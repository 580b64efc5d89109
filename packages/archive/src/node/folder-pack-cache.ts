import { closeSync, fstatSync, openSync, readSync, write as writeTo } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bytes } from '@strongroom/core';
import { isPackId } from '../object-names.ts';
import type { PackCache } from '../pack/pack-cache.ts';
import { systemCode } from './file-errors.ts';

const write = promisify(writeTo);

/**
 * Keeps parts of packs in a folder: one file a pack, every part at its own place, with holes between them. What is in
 * a hole reads as zeros, which no sealed bytes begin with.
 */
export function folderPackCache(folder: string): PackCache {
  return {
    read: async (pack, offset, length) => readPart(join(folder, pack), offset, length),
    async write(pack, offset, bytes) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writePart(join(folder, pack), offset, bytes);
      } catch (error) {
        // A full disk, say: the cloud has it, too.
        if (systemCode(error) === undefined) throw error;
      }
    },
    async keep(packs) {
      try {
        for (const name of await readdir(folder)) {
          if (isPackId(name) && !packs.has(name)) await rm(join(folder, name), { force: true });
        }
      } catch (error) {
        if (systemCode(error) === undefined) throw error;
      }
    },
  };
}

function readPart(place: string, offset: number, length: number): Bytes | undefined {
  try {
    const fd = openSync(place, 'r');
    try {
      if (fstatSync(fd).size < offset + length) return undefined;
      const bytes = new Uint8Array(length);
      const whole = readSync(fd, bytes, 0, length, offset) === length;
      return whole && bytes.subarray(0, holeSeen).some((byte) => byte !== 0) ? bytes : undefined;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

// So many zeros at the beginning of sealed bytes do not happen.
const holeSeen = 16;

async function writePart(place: string, offset: number, bytes: Bytes): Promise<void> {
  const fd = openWithoutCutting(place);
  try {
    for (let at = 0; at < bytes.length;)
      at += (await write(fd, bytes, at, bytes.length - at, offset + at)).bytesWritten;
  } finally {
    closeSync(fd);
  }
}

function openWithoutCutting(place: string): number {
  try {
    return openSync(place, 'r+');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return openSync(place, 'wx+', 0o600);
  }
}
