import type { MessageKind } from '../store/views.ts';
import { type Wording, wordings } from './words.ts';

const all: readonly Wording[] = Object.values(wordings);

/** A wording as it is compared: without marks of direction, case, spaces at the ends and a full stop. */
export function plain(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.。]$/, '')
    .toLowerCase();
}

const kindsOfOmitted: readonly MessageKind[] = [
  'image',
  'video',
  'audio',
  'sticker',
  'image',
  'document',
  'contact',
];

const omittedKinds: ReadonlyMap<string, MessageKind> = new Map(
  all.flatMap(({ omitted }) => omitted.map((text, at) => [plain(text), kindsOfOmitted[at]!] as const)),
);
const mediaOmitted = setOf(({ mediaOmitted }) => mediaOmitted);
const deleted = setOf((wording) => wording.deleted);
const edited = setOf((wording) => wording.edited);
const attached = setOf((wording) => wording.attached);
const fileAttached = setOf((wording) => wording.fileAttached);
const you = setOf((wording) => wording.you);
const notices = [...setOf((wording) => wording.notices)];

function setOf(choose: (wording: Wording) => readonly string[]): ReadonlySet<string> {
  return new Set(all.flatMap((wording) => choose(wording).map(plain)));
}

/** The kind of file that a text stands for, when it says that one was left out. */
export function omittedKind(text: string): MessageKind | undefined {
  const words = plain(text).replace(/^<\s*|\s*>$/g, '');
  // Of what kind it was, Android does not say.
  return omittedKinds.get(words) ?? (mediaOmitted.has(words) ? 'document' : undefined);
}

export function isDeleted(text: string): boolean {
  return deleted.has(plain(text));
}

/** @param words between `<` and `>` */
export function isEdited(words: string): boolean {
  return edited.has(plain(words));
}

/** @param words before the name of a file on iOS */
export function isAttached(words: string): boolean {
  return attached.has(plain(words));
}

/** @param words after the name of a file on Android */
export function isFileAttached(words: string): boolean {
  return fileAttached.has(plain(words));
}

export function isYou(name: string): boolean {
  return you.has(plain(name));
}

/** Whether a text holds what only notices hold. */
export function isNotice(text: string): boolean {
  const words = ` ${plain(text)} `;
  return notices.some((notice) => words.includes(notice));
}
