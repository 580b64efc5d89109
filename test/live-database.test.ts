import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceEntry } from '@strongroom/archive';
import { folderSource } from '@strongroom/archive/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { strongroom } from '../tools/run-strongroom.ts';
import { KillWorld } from './kit/kill-world.ts';
import {
  LiveWriter,
  lookAt,
  makeDatabase,
  rightSum,
  type Copy,
  type WriterMode,
  type WriterReport,
} from './kit/live-database.ts';

// An app commits to its database all the time, each time moving something from one table to another. Every copy that is
// made meanwhile is as the app had it at one moment.

const modes: readonly WriterMode[] = ['wal', 'wal, closed every time', 'rollback journal'];
const backups = 2;
const copies = 10;
const messages = 40_000;
const timeout = 300_000;
const pieceLength = 1024 * 1024;

/** What was seen of the writer right before a copy was made, and right after. */
interface Span {
  readonly before: WriterReport;
  readonly after: WriterReport;
}

describe.each(modes)('a database that is written all the time (%s)', (mode) => {
  let world: KillWorld;
  let writer: LiveWriter;

  beforeAll(async () => {
    world = await KillWorld.make();
    await mkdir(world.path('app'));
    const place = world.path('app', 'msgstore.db');
    makeDatabase(place, mode, messages);
    writer = await LiveWriter.start(place, mode);
  }, timeout);

  afterAll(async () => {
    await writer?.end();
    await world?.end();
  });

  test(
    'is read as it was at one moment, time and again',
    async () => {
      for (let i = 0; i < copies; i++) {
        const place = world.path(`copy ${i}.db`);
        const span = await spanOf(writer, () => readTo(place, world.path('app')));
        expect(differenceOf(lookAt(place), span)).toBeUndefined();
      }
    },
    timeout,
  );

  test(
    'is backed up by the command as it was at one moment, and the app goes on',
    async () => {
      const spans: Span[] = [];
      for (let i = 0; i < backups; i++) spans.push(await spanOf(writer, () => backUp(world)));
      const snapshots = (await world.snapshots()).toReversed();
      expect(snapshots).toHaveLength(backups);
      for (const [i, snapshot] of snapshots.entries()) {
        const target = world.path(`restored ${i}`);
        await world.restoreInto(target, snapshot);
        expect(differenceOf(lookAt(join(target, 'msgstore.db')), spans[i]!)).toBeUndefined();
      }
    },
    timeout,
  );
});

async function spanOf(writer: LiveWriter, copy: () => Promise<void>): Promise<Span> {
  const before = await writer.report();
  await copy();
  return { before, after: await writer.report() };
}

async function backUp(world: KillWorld): Promise<void> {
  const command = ['backup', world.path('app'), '--json', '--profile', world.profile];
  const { code, stdout } = await strongroom(command);
  expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 0, warnings: [] });
}

/** Reads the database as a backup does: once more when it changed meanwhile. */
async function readTo(place: string, folder: string): Promise<void> {
  for await (const entry of (await folderSource([folder])).entries()) {
    const isWhole = (await readOnce(place, entry)) || (await readOnce(place, entry));
    expect(isWhole).toBe(true);
  }
}

async function readOnce(place: string, entry: SourceEntry): Promise<boolean> {
  const content = await entry.open();
  const pieces: Uint8Array[] = [];
  do pieces.push(await content.read(pieces.length * pieceLength, pieceLength));
  while (pieces.at(-1)!.length === pieceLength);
  const isWhole = !(await content.changed());
  await content.close();
  await writeFile(place, Buffer.concat(pieces));
  return isWhole;
}

/** What is wrong with a copy, if anything is. */
function differenceOf({ integrity, sum, counter }: Copy, { before, after }: Span): string | undefined {
  if (integrity !== 'ok') return integrity;
  if (sum !== rightSum) return `the sum is ${sum}`;
  // One more may be committed than was counted.
  const isBetween = counter >= before.committed && counter <= after.committed + 1;
  return isBetween ? undefined : `${counter} is not from ${before.committed} to ${after.committed + 1}`;
}
