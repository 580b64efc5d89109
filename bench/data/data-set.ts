import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diceOf } from '@strongroom/chats/sample';
import { mediaOf, writeMedia } from './media.ts';
import { secondDay, timesOn, writeMessages, writeSecondDay } from './messages.ts';
import { sizes, type SizeName } from './size.ts';

/** Counts up when the same size no longer makes the same bytes. */
const edition = 1;

/** Where the chats lie in the folder that is backed up. */
export const database = 'Databases/msgstore.db';

/** A phone's chats on two days. One folder, so that files that stay are the same files on both. */
export interface DataSet {
  /** Holds `WhatsApp` and nothing else. */
  readonly phone: string;
  /** The folder that is backed up: `Databases/` and `Media/`. */
  readonly chats: string;
  /** Sizes on day one, bytes. */
  readonly databaseBytes: number;
  readonly mediaBytes: number;
  /** Paths of the second day's media, from `chats`. */
  readonly added: readonly string[];
  /** Makes the folder what it is on a day. */
  toDay(which: 1 | 2): Promise<void>;
}

type Facts = Pick<DataSet, 'databaseBytes' | 'mediaBytes' | 'added'>;

/**
 * The data set of a size: made on first use, the same to the byte wherever and whenever, and kept.
 * @param work a folder of the benchmark's own
 */
export async function openDataSet(work: string, size: SizeName): Promise<DataSet> {
  const root = join(work, `data-${size}-${edition}`);
  const card = join(root, 'complete.json');
  if (!existsSync(card)) await make(root, size, card);
  const facts = JSON.parse(await readFile(card, 'utf8')) as Facts;
  const phone = join(root, 'phone');
  const chats = join(phone, 'WhatsApp');
  return { phone, chats, ...facts, toDay: (which) => toDay(root, chats, facts.added, which) };
}

async function make(root: string, name: SizeName, card: string): Promise<void> {
  const size = sizes[name];
  await rm(root, { recursive: true, force: true });
  for (const folder of ['phone/WhatsApp/Databases', 'day-1', 'day-2'])
    await mkdir(join(root, folder), { recursive: true });
  const dice = diceOf(size.media);
  const times = timesOn(dice, 1, size.messages);
  const media = mediaOf(dice, every(times, size.media), size.mediaBytes);
  await writeMedia(join(root, 'phone/WhatsApp'), media);
  writeMessages(join(root, 'day-1/msgstore.db'), size, times, media);
  const today = timesOn(dice, 2, size.day.messages);
  const added = mediaOf(dice, every(today, size.day.media), size.day.mediaBytes);
  await writeMedia(join(root, 'day-2'), added);
  await copyFile(join(root, 'day-1/msgstore.db'), join(root, 'day-2/msgstore.db'));
  writeSecondDay(join(root, 'day-2/msgstore.db'), size, today, added);
  await writeFile(
    card,
    JSON.stringify(
      await factsOf(
        root,
        size.mediaBytes,
        added.map(({ path }) => path),
      ),
    ),
  );
}

// As many of them as are wanted, evenly over the whole.
function every(times: readonly number[], count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => times[Math.floor((at * times.length) / count)]!);
}

async function factsOf(root: string, mediaBytes: number, added: readonly string[]): Promise<Facts> {
  return { databaseBytes: (await stat(join(root, 'day-1/msgstore.db'))).size, mediaBytes, added };
}

async function toDay(root: string, chats: string, added: readonly string[], which: 1 | 2): Promise<void> {
  for (const path of added) {
    if (which === 1) await rm(join(chats, path), { force: true });
    else await copyDated(join(root, 'day-2', path), join(chats, path));
  }
  const evening = (secondDay + (which - 1) * 86_400_000 - 1000) / 1000;
  await copyFile(join(root, `day-${which}`, 'msgstore.db'), join(chats, database));
  await utimes(join(chats, database), evening, evening);
}

async function copyDated(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  const { mtime } = await stat(from);
  await utimes(to, mtime, mtime);
}
