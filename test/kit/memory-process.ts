// Does a task in a process of its own, and tells how much memory it took at the most.
//
//   node --conditions=source test/kit/memory-process.ts '{"act":"backup", …}'
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createArchive,
  openArchive,
  restoreSnapshot,
  verifyArchive,
  writeSnapshot,
  type Archive,
  type ObjectStore,
  type Source,
  type Target,
} from '@strongroom/archive';
import { folderSource, folderTarget, nodeEngine, openJournal } from '@strongroom/archive/node';
import { folderStore } from '@strongroom/clouds/folder';
import { Secret } from '@strongroom/core';
import { discarding } from './memory-discarding-store.ts';
import { GeneratedSource } from './memory-source.ts';
import type { MemoryReport, MemoryTask } from './memory-task.ts';

type Done = Omit<MemoryReport, 'seconds' | 'peakMiB'>;

const archiveId = '00'.repeat(16);
const device = { id: 'device', name: 'Test' };

const task = JSON.parse(process.argv[2]!) as MemoryTask;
const began = performance.now();
const done = await perform(task);
const seconds = (performance.now() - began) / 1000;
const report: MemoryReport = { ...done, seconds, peakMiB: peakMiB() };
process.stdout.write(`${JSON.stringify(report)}\n`);

async function perform(task: MemoryTask): Promise<Done> {
  const archive = await archiveOf(task);
  return { backup: backUp, restore, verify }[task.act](archive, task);
}

async function restore(archive: Archive, task: MemoryTask): Promise<Done> {
  const { restored, bytes } = await restoreSnapshot(archive, 'latest', targetOf(task));
  return { files: restored, bytes, uploadedBytes: 0 };
}

async function verify(archive: Archive): Promise<Done> {
  const { problems, chunks, bytes } = await verifyArchive(archive, { depth: 'full' });
  if (problems.length > 0) throw problems[0]!.error;
  return { files: chunks, bytes, uploadedBytes: 0 };
}

async function archiveOf({ root, discard = false }: MemoryTask): Promise<Archive> {
  const folder = folderStore(join(root, 'cloud'));
  const store: ObjectStore = discard ? discarding(folder) : folder;
  const options = { store, key: new Secret(new Uint8Array(32).fill(7)), archiveId, engine: nodeEngine() };
  const begun = await anything(folder.list(''));
  return begun ? openArchive(options) : createArchive({ ...options, unlock: [{ way: 'key' }] });
}

async function backUp(archive: Archive, task: MemoryTask): Promise<Done> {
  await mkdir(task.root, { recursive: true });
  const journal = openJournal(join(task.root, 'journal.db'), archiveId);
  const { totals, uploadedBytes } = await writeSnapshot(archive, await sourceOf(task), { device, journal });
  await journal.close();
  const counts = Object.values(totals);
  const files = counts.reduce((sum, count) => sum + count.files, 0);
  return { files, bytes: counts.reduce((sum, count) => sum + count.bytes, 0), uploadedBytes };
}

async function sourceOf({ data }: MemoryTask): Promise<Source> {
  if (data.kind === 'generated') return new GeneratedSource(data.files, data.bytes);
  return folderSource([data.folder]);
}

/** A folder for files of a folder; what was generated is not kept. */
function targetOf({ data, root }: MemoryTask): Target {
  return data.kind === 'folder' ? folderTarget(join(root, 'restored')) : nowhere();
}

async function nothing(): Promise<void> {}

function nowhere(): Target {
  return {
    begin: nothing,
    look: async () => 'absent',
    file: async () => ({ write: nothing, commit: nothing, discard: nothing }),
    directory: nothing,
    finishDirectory: nothing,
    symlink: nothing,
    finish: nothing,
  };
}

/** The kernel's high-water mark of this process; `maxRSS` also counts what it was forked from. */
function peakMiB(): number {
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

async function anything(objects: AsyncIterable<unknown>): Promise<boolean> {
  for await (const _ of objects) return true;
  return false;
}
