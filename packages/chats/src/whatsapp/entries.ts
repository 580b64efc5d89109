import { guard } from './content.ts';
import { type Header, readHeader } from './header.ts';

/** One message as it is written: its header, and all its text. */
export interface Entry extends Header {
  /** What follows the header, further lines included. */
  readonly rest: string;
}

/** Longest text of a message that is kept, UTF-16 units: far more than WhatsApp lets anybody write. */
export const longestText = 1_000_000;

/**
 * The messages of an export. Every line is in one of them or counted: `onUnread` is called for each line that is
 * before the first message, or beyond the longest text.
 */
export async function* entriesOf(
  lines: AsyncIterable<string> | Iterable<string>,
  onUnread: (line: string) => void = () => {},
): AsyncGenerator<Entry, void, undefined> {
  let header: Header | undefined;
  let text: string[] = [];
  let length = 0;
  for await (const line of lines) {
    const next = readHeader(line);
    if (next !== undefined) {
      if (header !== undefined) yield { ...header, rest: text.join('\n') };
      header = next;
      text = [next.rest];
      length = next.rest.length;
    } else if (header === undefined || length + line.length > longestText) {
      onUnread(line);
    } else {
      text.push(line.startsWith(guard) ? line.slice(guard.length) : line);
      length += line.length + 1;
    }
  }
  if (header !== undefined) yield { ...header, rest: text.join('\n') };
}
