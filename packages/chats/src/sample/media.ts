import type { Dice } from './dice.ts';
import { dateDigits, weekDigits } from './calendar.ts';
import { messageType } from '../database/schema.ts';
import { say } from './talk.ts';
import { languages } from './words.ts';

export type MediaKind = 'image' | 'video' | 'voice' | 'document' | 'sticker';

/** A media file before it is written. */
export interface MediaFile {
  readonly kind: MediaKind;
  /** From the sample's folder, with `/`: `Media/WhatsApp Images/IMG-20260101-WA0001.jpg`. */
  readonly path: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970. */
  readonly time: number;
}

interface Form {
  readonly folder: (time: number) => string;
  readonly prefix: string;
  readonly extension: string;
  readonly mime: string;
  /** Bytes, from and up to. */
  readonly sizes: readonly [number, number];
  /** Latin-1: a character a byte. */
  readonly begin: string;
  readonly end: string;
}

const forms: Readonly<Record<MediaKind, Form>> = {
  image: {
    folder: () => 'WhatsApp Images',
    prefix: 'IMG',
    extension: 'jpg',
    mime: 'image/jpeg',
    sizes: [60_000, 250_000],
    begin: '\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0',
    end: '\xff\xd9',
  },
  video: {
    folder: () => 'WhatsApp Video',
    prefix: 'VID',
    extension: 'mp4',
    mime: 'video/mp4',
    sizes: [2_000_000, 6_000_000],
    begin: '\0\0\0\x18ftypmp42\0\0\0\0mp42isom',
    end: '',
  },
  voice: {
    folder: (time) => `WhatsApp Voice Notes/${weekDigits(time)}`,
    prefix: 'PTT',
    extension: 'opus',
    mime: 'audio/ogg; codecs=opus',
    sizes: [10_000, 80_000],
    begin: 'OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead\x01\x01',
    end: '',
  },
  document: {
    folder: () => 'WhatsApp Documents',
    prefix: 'DOC',
    extension: 'pdf',
    mime: 'application/pdf',
    sizes: [30_000, 400_000],
    begin: '%PDF-1.7\n',
    end: '\n%%EOF\n',
  },
  sticker: {
    folder: () => 'WhatsApp Stickers',
    prefix: 'STK',
    extension: 'webp',
    mime: 'image/webp',
    sizes: [20_000, 60_000],
    begin: 'RIFF\0\0\0\0WEBPVP8 ',
    end: '',
  },
};

/** The kinds of `count` media files, in chance order: mostly images, one video in 80. */
export function kindsOf(dice: Dice, count: number): readonly MediaKind[] {
  const share = (kind: MediaKind, part: number): MediaKind[] => Array(Math.round(count * part)).fill(kind);
  const rest = [
    ...share('video', 1 / 80),
    ...share('document', 0.05),
    ...share('sticker', 0.2),
    ...share('voice', 0.23),
  ];
  return shuffle(dice, [...rest, ...Array(count - rest.length).fill('image')]);
}

function shuffle<T>(dice: Dice, list: readonly T[]): readonly T[] {
  const shuffled = [...list];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = dice.between(0, i);
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}

/** A file of a kind; `number` counts the media of its day from 1. */
export function mediaFile(dice: Dice, kind: MediaKind, time: number, number: number): MediaFile {
  const { folder, prefix, extension, mime } = forms[kind];
  const name = `${prefix}-${dateDigits(time)}-WA${String(number).padStart(4, '0')}`;
  const text = kind === 'document' && dice.chance(0.3);
  return {
    kind,
    path: `Media/${folder(time)}/${name}.${text ? 'txt' : extension}`,
    mime: text ? 'text/plain' : mime,
    bytes: text ? minutes(dice) : noise(dice, forms[kind]),
    time,
  };
}

/** The row type of a message with such a file. */
export function typeOf(kind: MediaKind): number {
  return messageType[kind];
}

function noise(dice: Dice, { begin, end, sizes }: Form): Uint8Array {
  const bytes = dice.bytes(dice.between(...sizes));
  const last = latin1(end);
  bytes.set(latin1(begin));
  bytes.set(last, bytes.length - last.length);
  return bytes;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function minutes(dice: Dice): Uint8Array {
  const language = dice.pick(languages);
  const lines = Array.from({ length: dice.between(100, 900) }, () => say(dice, language));
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}
