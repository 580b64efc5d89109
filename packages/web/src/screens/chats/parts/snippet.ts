/** Where something is in a text: from, and to, in UTF-16 units. */
export type Marks = readonly (readonly [number, number])[];

/** A piece of a text: plain, marked, or a link. */
export interface Piece {
  readonly text: string;
  readonly marked: boolean;
  readonly href?: string;
}

// Shown before the first mark.
const before = 32;
const most = 160;

/** The part of a text that has its first mark, on one line, and where its marks are in it. */
export function snippetOf(text: string, marks: Marks): { readonly text: string; readonly marks: Marks } {
  const first = marks[0]?.[0] ?? 0;
  const from = first <= before ? 0 : startOfWord(text, first - before);
  const start = from === 0 ? '' : '…';
  const part = start + text.slice(from, from + most).replaceAll(/\s/g, ' ');
  const moved = marks.map(([a, b]) => [a - from + start.length, b - from + start.length] as const);
  return { text: part, marks: moved.filter(([a, b]) => a >= start.length && b <= part.length) };
}

function startOfWord(text: string, near: number): number {
  const space = text.indexOf(' ', near);
  const start = space === -1 || space > near + before - 1 ? near : space + 1;
  // Never between the two halves of one letter.
  const code = text.charCodeAt(start);
  return code >= 0xdc00 && code <= 0xdfff ? start + 1 : start;
}

// Whatever ends a sentence is no part of the address.
const address = /https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]}’”]/giu;

/** A text in its pieces: marks, and addresses of the web as links. */
export function piecesOf(text: string, marks: Marks = []): readonly Piece[] {
  const links = [...text.matchAll(address)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
    href: match[0],
  }));
  const cuts = [0, text.length, ...marks.flat(), ...links.flatMap(({ from, to }) => [from, to])];
  const places = [...new Set(cuts)].filter((at) => at >= 0 && at <= text.length).toSorted((a, b) => a - b);
  return places.slice(0, -1).map((from, index) => {
    const to = places[index + 1] ?? text.length;
    const href = links.find((link) => link.from <= from && to <= link.to)?.href;
    const marked = marks.some(([a, b]) => a <= from && to <= b);
    return { text: text.slice(from, to), marked, ...(href !== undefined && { href }) };
  });
}
