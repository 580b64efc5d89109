import { isStrongroomError, StrongroomError } from '@strongroom/core';
import type { Entry as ZipEntry, FileEntry, ZipReader } from '@zip.js/zip.js';
import { untilCancelled } from './cancelled.ts';
import { titleOf } from './titles.ts';

/** A media file within an export. */
export interface ExportedFile {
  readonly name: string;
  /** Bytes, as the zip says; more are never read. */
  readonly size: number;
  /** @throws StrongroomError malformed when it is damaged, or longer than it says; cancelled */
  readonly stream: () => ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** An export that was opened: a zip, or a text alone. */
export interface OpenExport {
  /** The chat's name, when the name of the file tells it. */
  readonly title?: string;
  /** The text; each call reads it anew. */
  readonly text: () => ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Bytes of the text. */
  readonly textSize: number;
  /** By name. */
  readonly files: ReadonlyMap<string, ExportedFile>;
  readonly close: () => Promise<void>;
}

/** A zip bomb is small and unpacks to very much. Pictures and films hardly get smaller in a zip. */
const limits = {
  entries: 200_000,
  textBytes: 2 ** 31,
  fileBytes: 8 * 2 ** 30,
  totalBytes: 256 * 2 ** 30,
  /** Unpacked to packed, of what is bigger than `freeBytes`; deflate cannot do more than 1032. */
  ratio: 200,
  freeBytes: 16 * 2 ** 20,
} as const;

/**
 * Opens a chat that was exported by WhatsApp, without reading it yet.
 * @param file a zip or a text; its name, when it has one, tells the name of the chat
 * @param signal ends whatever is being read of it
 * @throws StrongroomError not-an-export for a zip without a text; malformed when it is damaged, encrypted, or not to be
 * trusted
 */
export async function openExport(
  file: Blob & { readonly name?: string },
  signal?: AbortSignal,
): Promise<OpenExport> {
  const start = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const zip = start[0] === 0x50 && start[1] === 0x4b;
  return zip ? openZip(file, signal) : openText(file, signal);
}

function openText(file: Blob & { readonly name?: string }, signal: AbortSignal | undefined): OpenExport {
  if (file.size > limits.textBytes) throw malformed('the text is too long');
  return {
    ...titled(file.name),
    text: () => untilCancelled(file.stream(), signal),
    textSize: file.size,
    files: new Map(),
    close: async () => {},
  };
}

async function openZip(
  file: Blob & { readonly name?: string },
  signal: AbortSignal | undefined,
): Promise<OpenExport> {
  // Read in where it is needed: an app that opens is not to wait for it.
  const zip = await import('@zip.js/zip.js');
  const reader = new zip.ZipReader(new zip.BlobReader(file), { useWebWorkers: false });
  try {
    const entries = await readEntries(reader);
    const text = chooseText(entries);
    if (text === undefined) throw notAnExport('there is no text in the zip');
    if (text.uncompressedSize > limits.textBytes) throw malformed('the text is too long');
    const files = new Map<string, ExportedFile>();
    for (const entry of entries) if (entry !== text) files.set(nameOf(entry), exportedFile(entry, signal));
    return {
      ...titled(nameOf(text), file.name),
      text: exportedFile(text, signal).stream,
      textSize: text.uncompressedSize,
      files,
      close: () => reader.close(),
    };
  } catch (error) {
    await reader.close().catch(() => {});
    throw isStrongroomError(error) ? error : malformed('the zip is damaged', error);
  }
}

async function readEntries(reader: ZipReader<unknown>): Promise<readonly FileEntry[]> {
  const entries: FileEntry[] = [];
  let total = 0;
  let count = 0;
  for await (const entry of reader.getEntriesGenerator()) {
    if (++count > limits.entries) throw malformed('there are too many files in the zip');
    if (isPlainFile(entry)) {
      check(entry);
      total += entry.uncompressedSize;
      entries.push(entry);
    }
    if (total > limits.totalBytes) throw malformed('the zip unpacks to too much');
  }
  return entries;
}

// Folders, what macOS adds, and names that lead elsewhere: nothing of it is WhatsApp's.
function isPlainFile(entry: ZipEntry): entry is FileEntry {
  const parts = entry.filename.split(/[\\/]/);
  const leads =
    parts.some((part) => part === '..' || part === '.') || /^([\\/]|[a-z]:)/i.test(entry.filename);
  return !entry.directory && !leads && parts[0] !== '__MACOSX' && nameOf(entry) !== '';
}

function check({ encrypted, uncompressedSize, compressedSize }: FileEntry): void {
  if (encrypted) throw malformed('the zip is encrypted');
  if (!(uncompressedSize >= 0 && uncompressedSize <= limits.fileBytes))
    throw malformed('a file in the zip is too long');
  const bomb = uncompressedSize > limits.freeBytes && uncompressedSize > compressedSize * limits.ratio;
  if (bomb) throw malformed('the zip unpacks to too much');
}

function nameOf({ filename }: FileEntry): string {
  return filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1).normalize('NFC');
}

// A chat may hold texts that were sent: the chat's own has WhatsApp's name, or is the longest.
function chooseText(entries: readonly FileEntry[]): FileEntry | undefined {
  const texts = entries.filter((entry) => /\.txt$/i.test(nameOf(entry)));
  return (
    texts.find((entry) => nameOf(entry) === '_chat.txt') ??
    texts.find((entry) => titleOf(nameOf(entry)) !== undefined) ??
    texts.toSorted((a, b) => b.uncompressedSize - a.uncompressedSize)[0]
  );
}

function exportedFile(entry: FileEntry, signal: AbortSignal | undefined): ExportedFile {
  const size = entry.uncompressedSize;
  return { name: nameOf(entry), size, stream: () => untilCancelled(unpack(entry, size), signal) };
}

function unpack(entry: FileEntry, size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  // What goes wrong reaches the reader by the stream: also what does before anything was written to it.
  entry
    .getData(writable, { useWebWorkers: false, checkSignature: true })
    .catch((error: unknown) => writable.abort(error))
    .catch(() => {});
  return checked(readable.getReader(), size);
}

// As many bytes as the zip says and no more; and every fault is one of the export.
function checked(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  size: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let left = size;
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw malformed('a file in the zip is damaged', error);
      });
      left -= value?.length ?? 0;
      if (left < 0 || (done && left !== 0)) throw malformed('a file in the zip is not as long as it says');
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function titled(...names: readonly (string | undefined)[]): { title?: string } {
  for (const name of names) {
    const title = name === undefined ? undefined : titleOf(name);
    if (title !== undefined) return { title };
  }
  return {};
}

/** Why something is no export at all. */
export function notAnExport(what: string): StrongroomError<'not-an-export'> {
  return new StrongroomError('not-an-export', { what });
}

/** What is wrong with an export. */
export function malformed(what: string, cause?: unknown): StrongroomError<'malformed'> {
  return new StrongroomError('malformed', { what }, cause === undefined ? {} : { cause });
}
