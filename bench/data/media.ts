import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dateDigits, weekDigits } from '@strongroom/chats/sample';
import { diceOf, type Dice } from '@strongroom/chats/sample';
import type { MediaFile, MediaKind } from '@strongroom/chats/sample';

interface Form {
  readonly kind: MediaKind;
  /** Of how many files in a hundred. */
  readonly share: number;
  /** The usual size, bytes; what there is of it is between a half and one and a half. */
  readonly size: number;
  readonly folder: (time: number) => string;
  readonly prefix: string;
  readonly extension: string;
  readonly mime: string;
}

const image: Form = {
  kind: 'image',
  share: 50,
  size: 155_000,
  folder: () => 'WhatsApp Images',
  prefix: 'IMG',
  extension: 'jpg',
  mime: 'image/jpeg',
};

const forms: readonly Form[] = [
  image,
  {
    kind: 'voice',
    share: 25,
    size: 45_000,
    folder: (time) => `WhatsApp Voice Notes/${weekDigits(time)}`,
    prefix: 'PTT',
    extension: 'opus',
    mime: 'audio/ogg; codecs=opus',
  },
  {
    kind: 'sticker',
    share: 15,
    size: 40_000,
    folder: () => 'WhatsApp Stickers',
    prefix: 'STK',
    extension: 'webp',
    mime: 'image/webp',
  },
  {
    kind: 'document',
    share: 6,
    size: 300_000,
    folder: () => 'WhatsApp Documents',
    prefix: 'DOC',
    extension: 'pdf',
    mime: 'application/pdf',
  },
  {
    kind: 'video',
    share: 4,
    size: 5_000_000,
    folder: () => 'WhatsApp Video',
    prefix: 'VID',
    extension: 'mp4',
    mime: 'video/mp4',
  },
];

/**
 * Media files in WhatsApp's folders, `bytes` together, whose content does not compress.
 * Content is made when it is asked for, so that hundreds of megabytes of it need no memory.
 * @param times when each was sent, milliseconds since 1970
 * @param bytes their sizes together
 */
export function mediaOf(dice: Dice, times: readonly number[], bytes: number): readonly MediaFile[] {
  const chosen = times.map((time) => ({ time, form: formOf(dice), spread: 0.5 + dice.next() }));
  const weights = chosen.map(({ form, spread }) => form.size * spread);
  const lengths = shareOut(bytes, weights);
  return chosen.map(({ time, form }, at) => fileOf(form, time, at, lengths[at]!));
}

/** Writes media below a folder, each dated by when it was sent. */
export async function writeMedia(root: string, files: Iterable<MediaFile>): Promise<void> {
  for (const { path, bytes, time } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
    await utimes(join(root, path), time / 1000, time / 1000);
  }
}

function formOf(dice: Dice): Form {
  let rest = dice.between(0, 99);
  return forms.find(({ share }) => (rest -= share) < 0) ?? image;
}

// Whole numbers in proportion to the weights, with exactly this sum.
function shareOut(total: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  let upTo = 0;
  let given = 0;
  return weights.map((weight) => {
    upTo += weight;
    const length = Math.round((total * upTo) / sum) - given;
    given += length;
    return length;
  });
}

function fileOf(
  { kind, folder, prefix, extension, mime }: Form,
  time: number,
  at: number,
  length: number,
): MediaFile {
  const name = `${prefix}-${dateDigits(time)}-WA${String(at).padStart(4, '0')}.${extension}`;
  return {
    kind,
    path: `Media/${folder(time)}/${name}`,
    mime,
    time,
    get bytes() {
      return diceOf(length, at, time / 1000).bytes(length);
    },
  };
}
