import { kindOfFile } from '../store/kinds.ts';
import type { MessageKind } from '../store/views.ts';
import { isAttached, isDeleted, isEdited, isFileAttached, omittedKind } from './placeholders.ts';

/** What a message is, told from its text. */
export interface Content {
  readonly kind: MessageKind;
  readonly text: string;
  readonly edited: boolean;
  /** The name of the file that it carries; empty when the file was left out. */
  readonly file?: string;
}

/** Whether the export holds a file of a name. */
export type HasFile = (name: string) => boolean;

/** Set before and after what somebody typed that would be taken for something else (WORD JOINER): no one sees it. */
export const guard = '\u2060';

const mark = /^[\u200e\u200f]+/;
const invisible = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const iosFile = /[\u200e\u200f ]*<([^<>:：]{1,40})[:：]\s?([^<>]{1,300})>\s*$/;
const androidFile = /^[\u200e\u200f]*([^\n]{1,300}\.[\p{L}\p{N}]{1,10}) \(([^()]{1,60})\)[ \r]*(?:\n|$)/u;
const editedEnd = /[\s\u200e\u200f]*<([^<>]{3,60})>\s*$/;
const placed =
  /^[^\s:：]{1,40} ?[:：]\s?https?:\/\/maps\.google\.com\/\?q=|: https?:\/\/foursquare\.com\/v\/\w+\s*$/i;

/** Reads the text of a message that somebody sent. */
export function readContent(text: string, hasFile: HasFile): Content {
  const end = text.startsWith(guard) ? text.lastIndexOf(guard) : 0;
  if (end === 0) return readPlain(text, hasFile);
  const typed = text.slice(guard.length, end);
  const rest = text.slice(end + guard.length).trimStart();
  return { ...readPlain(rest, hasFile), text: typed };
}

function readPlain(text: string, hasFile: HasFile): Content {
  const { rest, edited } = withoutEdited(text);
  if (isDeleted(rest)) return { kind: 'deleted', text: '', edited: false };
  const omitted = omittedPart(rest);
  if (omitted !== undefined) return { ...omitted, edited };
  const attached = iosAttachment(rest, hasFile) ?? androidAttachment(rest, hasFile);
  if (attached !== undefined) return { ...attached, edited };
  const kind = placed.test(rest) ? 'location' : 'text';
  // Marks of direction within what was typed stay; the one that WhatsApp sets before its own words goes.
  return { kind, text: rest.replace(mark, ''), edited };
}

/** Whether WhatsApp itself wrote a text, on iOS: it sets a mark of direction before, and the text is no file. */
export function isGenerated(text: string, content: Content): boolean {
  if (!mark.test(text)) return false;
  if (text.replace(mark, '').startsWith(guard)) return true;
  // What begins with a word and a colon is a poll, or a place: somebody made it.
  return content.kind === 'text' && !/^\S{2,12}:\s*(\n|$)/.test(content.text);
}

/** The text of a notice. */
export function noticeText(text: string): string {
  const rest = text.replace(mark, '');
  return rest.startsWith(guard) && rest.endsWith(guard) ? rest.slice(guard.length, -guard.length) : rest;
}

function withoutEdited(text: string): { rest: string; edited: boolean } {
  const words = editedEnd.exec(text);
  if (words === null || !isEdited(words[1]!)) return { rest: text, edited: false };
  return { rest: text.slice(0, words.index), edited: true };
}

type Part = Omit<Content, 'edited'>;

// Of documents the name is told, and how many pages they have: `a.pdf • 2 pages document omitted`.
function omittedPart(text: string): Part | undefined {
  if (text.length > 500) return undefined;
  const at = Math.max(text.lastIndexOf('\u200e'), text.lastIndexOf('\u200f'));
  const whole = omittedKind(text);
  if (whole !== undefined) return { kind: whole, text: '', file: '' };
  const end = at > 0 ? omittedKind(text.slice(at)) : undefined;
  if (end !== undefined) return { kind: end, text: clean(text.slice(0, at)), file: '' };
  // On Android a caption follows on the next line.
  const line = text.indexOf('\n');
  const first = line > 0 && /^[\u200e\u200f]*</.test(text) ? omittedKind(text.slice(0, line)) : undefined;
  return first === undefined ? undefined : { kind: first, text: text.slice(line + 1), file: '' };
}

function iosAttachment(text: string, hasFile: HasFile): Part | undefined {
  const found = iosFile.exec(text);
  if (found === null) return undefined;
  const [whole, words, written] = found as unknown as [string, string, string];
  const file = written.replace(invisible, '').trim();
  if (!isAttached(words) && !hasFile(file)) return undefined;
  const before = clean(text.slice(0, text.length - whole.length));
  return { kind: kindOfFile(file), text: captionOf(before, file), file };
}

// Before a document stands its name, which the file says already.
function captionOf(before: string, file: string): string {
  const name = file.replace(/^\d{8}-/, '');
  return before.startsWith(name) && /^( • .*)?$/s.test(before.slice(name.length)) ? '' : before;
}

function androidAttachment(text: string, hasFile: HasFile): Part | undefined {
  const found = androidFile.exec(text);
  if (found === null) return undefined;
  const [whole, written, words] = found as unknown as [string, string, string];
  const file = written.replace(invisible, '').trim();
  if (!isFileAttached(words) && !hasFile(file)) return undefined;
  return { kind: kindOfFile(file), text: text.slice(whole.length), file };
}

function clean(text: string): string {
  return text.replace(mark, '').replace(/[ \r]*[\u200e\u200f]*[ \r]*$/, '');
}
