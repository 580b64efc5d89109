import type { BlobWriter as BlobWriterType, ZipWriter as ZipWriterType } from '@zip.js/zip.js';
import type { ChatStore } from '../store/chat-store.ts';
import { safeName } from '../store/media-path.ts';
import type { MessageKind, MessageView } from '../store/views.ts';
import { throwIfCancelled, untilCancelled } from './cancelled.ts';
import { guard, isGenerated, noticeText, readContent } from './content.ts';
import { readHeader } from './header.ts';
import { wordings } from './words.ts';

export interface ExportOptions {
  /** Whether the files go along; without them the text says which kind each was. */
  readonly media: boolean;
  /** What one's own messages are signed with. */
  readonly me: string;
  /** The bytes of a media file, undefined when it is not there. */
  readonly read: (path: string) => Promise<Blob | undefined>;
  readonly onProgress?: (messagesDone: number) => void;
  readonly signal?: AbortSignal;
}

const page = 500;
const mark = '\u200e';
const english = wordings['en']!;
const fileKinds: Readonly<Partial<Record<MessageKind, string>>> = {
  image: 'PHOTO',
  video: 'VIDEO',
  voice: 'AUDIO',
  audio: 'AUDIO',
  sticker: 'STICKER',
};
const omittedOf: Readonly<Partial<Record<MessageKind, string>>> = {
  image: english.omitted[0],
  video: english.omitted[1],
  voice: english.omitted[2],
  audio: english.omitted[2],
  sticker: english.omitted[3],
  contact: english.omitted[6],
};

/**
 * A chat as WhatsApp on iOS exports it, in English: a zip of `_chat.txt` and the media. Dates are written year first,
 * so that nobody has to guess.
 * @returns the zip; its name is `WhatsApp Chat - <title>.zip`
 * @throws StrongroomError cancelled
 */
export async function exportChat(store: ChatStore, chatId: number, options: ExportOptions): Promise<File> {
  const { title = '', messages = 0 } = store.chats().find(({ id }) => id === chatId) ?? {};
  // Read in where it is needed: an app that opens is not to wait for it.
  const { BlobWriter, TextReader, ZipWriter } = await import('@zip.js/zip.js');
  const blob = new BlobWriter('application/zip');
  const zip = new ZipWriter(blob, { useWebWorkers: false });
  const lines: string[] = [];
  for (let from = 0; from < messages; from += page) {
    for (const message of store.messages(chatId, from, from + page)) {
      throwIfCancelled(options.signal);
      lines.push(lineOf(message, title, options.me, await addFile(zip, message, options)));
    }
    options.onProgress?.(Math.min(from + page, messages));
  }
  await zip.add('_chat.txt', new TextReader(lines.map((line) => `${line}\r\n`).join('')));
  const bytes = await zip.close();
  return new File([bytes], `WhatsApp Chat - ${safeName(title)}.zip`, { type: 'application/zip' });
}

async function addFile(
  zip: ZipWriterType<Awaited<ReturnType<BlobWriterType['getData']>>>,
  { media, position, kind, at }: MessageView,
  { media: wanted, read, signal }: ExportOptions,
): Promise<string | undefined> {
  if (media === undefined || media.missing || !wanted) return undefined;
  const bytes = await read(media.path);
  if (bytes === undefined) return undefined;
  const name = exportedName(media.name, position, kind, at);
  // Pictures, films and sounds do not get smaller: they are stored as they are.
  await zip.add(name, untilCancelled(bytes.stream(), signal), { level: kind === 'document' ? 6 : 0 });
  return name;
}

/** `00000012-PHOTO-2026-01-31-21-15-07.jpg`, or `00000012-minutes.pdf` for what has a name of its own. */
function exportedName(name: string, position: number, kind: MessageKind, at: number): string {
  const number = String(position).padStart(8, '0');
  const safe = safeName(name).replace(/[<>:：]/g, '_');
  const type = fileKinds[kind];
  const dot = safe.lastIndexOf('.');
  if (type === undefined || dot < 0) return `${number}-${safe}`;
  const [date, time] = written(at);
  return `${number}-${type}-${date}-${time.replaceAll(':', '-')}${safe.slice(dot)}`;
}

function lineOf(message: MessageView, title: string, me: string, file: string | undefined): string {
  const [date, time] = written(message.at);
  const from = message.kind === 'system' ? title : message.mine ? me : (message.from ?? title);
  const text = textOf(message, file);
  const [first, ...more] = text.split(/\r\n|\n/);
  const body = [first, ...more.map((line) => (needsGuard(line) ? guard + line : line))].join('\r\n');
  // WhatsApp sets the mark before the whole line, too, when it wrote the text itself.
  return `${text.startsWith(mark) ? mark : ''}[${date}, ${time}] ${senderName(from)}: ${body}`;
}

function textOf(message: MessageView, file: string | undefined): string {
  const { kind, text } = message;
  if (kind === 'system') return noticeOf(text);
  if (kind === 'deleted') return `${mark}${sentence(english.deleted[0]!, '.')}`;
  const end = endOf(message, file);
  const written = text === '' ? end.trimStart() : text + end;
  const read = readContent(written, () => false);
  // Read back as it was: else what was typed looks like something that WhatsApp writes, and is set apart.
  const same = read.text === text && read.kind === kind && read.edited === message.edited;
  return same && !isGenerated(written, read) ? written : `${guard}${text}${guard}${end}`;
}

function noticeOf(text: string): string {
  const written = mark + text;
  const same =
    isGenerated(
      written,
      readContent(written, () => false),
    ) && noticeText(written) === text;
  return same ? written : `${mark}${guard}${text}${guard}`;
}

/** What follows what was typed: the file, and that it was edited. */
function endOf({ kind, media, edited }: MessageView, file: string | undefined): string {
  const left = omittedOf[kind] ?? english.omitted[5];
  const words = media === undefined ? '' : ` ${mark}${file === undefined ? left : `<attached: ${file}>`}`;
  return words + (edited ? ` ${mark}<${sentence(english.edited[0]!, '')}>` : '');
}

function needsGuard(line: string): boolean {
  return line.startsWith(guard) || readHeader(line) !== undefined;
}

function sentence(words: string, end: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1) + end;
}

// A colon with a space after it would end the name.
function senderName(name: string): string {
  return name.replace(/\s+/g, ' ').replaceAll(': ', '：').trim() || 'WhatsApp';
}

function written(at: number): readonly [date: string, time: string] {
  const local = new Date(at);
  const date = [local.getFullYear(), two(local.getMonth() + 1), two(local.getDate())].join('-');
  return [date, [local.getHours(), local.getMinutes(), local.getSeconds()].map(two).join(':')];
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
