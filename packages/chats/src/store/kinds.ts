import { messageType } from '../database/schema.ts';
import type { MessageKind } from './views.ts';

const types: Readonly<Record<MessageKind, number>> = { ...messageType, audio: messageType.voice };

const kinds: ReadonlyMap<number, MessageKind> = new Map(
  (Object.keys(messageType) as (keyof typeof messageType)[]).map((kind) => [messageType[kind], kind]),
);

/** The row type of a kind of message. */
export function typeOfKind(kind: MessageKind): number {
  return types[kind];
}

/** The kind of a message by its row; a type that is not known is shown as text. */
export function kindOfType(type: number, voice: boolean): MessageKind {
  const kind = kinds.get(type) ?? 'text';
  return kind === 'voice' && !voice ? 'audio' : kind;
}

const mimeTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  heic: 'image/heic',
  webp: 'image/webp',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  '3gp': 'video/3gpp',
  webm: 'video/webm',
  opus: 'audio/ogg; codecs=opus',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  aac: 'audio/aac',
  amr: 'audio/amr',
  wav: 'audio/wav',
  pdf: 'application/pdf',
  txt: 'text/plain',
  vcf: 'text/vcard',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  zip: 'application/zip',
};

/** The MIME type of a file by its name; `application/octet-stream` when it tells nothing. */
export function mimeTypeOf(name: string): string {
  return mimeTypes[/\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

/** The kind of a message that carries a file of a name, by WhatsApp's own way to name files first. */
export function kindOfFile(name: string, type: string = mimeTypeOf(name)): MessageKind {
  if (/\.vcf$/i.test(name)) return 'contact';
  if (/^STK-|-STICKER-/.test(name)) return 'sticker';
  if (/^PTT-|-AUDIO-|\.opus$/i.test(name)) return 'voice';
  // Pictures in WebP that WhatsApp has named nothing else are stickers.
  if (/\.webp$/i.test(name) && /^\d{8}-|^STK/.test(name)) return 'sticker';
  const [family] = type.split('/');
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'document';
}
