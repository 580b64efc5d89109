// Loaded before a command: lets the disk be full after so many bytes were written below a folder (`SMALL_DISK`).
import { readlinkSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

const [room, folder] = (process.env['SMALL_DISK'] ?? '').split(/:(.*)/s) as [string, string];
let left = Number(room);

const any = await open(import.meta.filename, 'r');
const prototype = Object.getPrototypeOf(any) as object;
await any.close();

type WriteFile = (this: FileHandle, data: string | Uint8Array, options?: object) => Promise<void>;
const writeFile = Object.getOwnPropertyDescriptor(prototype, 'writeFile')?.value as WriteFile;

async function limited(this: FileHandle, ...[data, options]: Parameters<WriteFile>): Promise<void> {
  if (readlinkSync(`/proc/self/fd/${this.fd}`).startsWith(folder)) left -= Buffer.byteLength(data);
  if (left < 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  await writeFile.call(this, data, options);
}

Object.defineProperty(prototype, 'writeFile', { value: limited, writable: true, configurable: true });
