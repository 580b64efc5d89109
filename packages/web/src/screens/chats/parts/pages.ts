import type { MessageView } from '../../../engine/contract.ts';

/** Messages that are read at once. */
export const pageSize = 100;
// Pages that are kept round what is seen.
const kept = 12;

/** A hundred messages, and the revision of the chats that they were read at. */
export interface Page {
  readonly revision: number;
  readonly messages: readonly MessageView[];
}

/** The pages that were read, by their number. */
export type Pages = ReadonlyMap<number, Page>;

/** Numbers of the pages that have the rows `from` up to `to`, and the row before. */
export function pagesOf(from: number, to: number): readonly number[] {
  const first = Math.floor(Math.max(0, from - 1) / pageSize);
  const last = Math.floor(Math.max(0, to - 1) / pageSize);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Numbers of the pages beside those: they are read before one comes to them. */
export function neighboursOf(pages: readonly number[]): readonly number[] {
  const [first = 0] = pages;
  return [(pages.at(-1) ?? 0) + 1, ...(first > 0 ? [first - 1] : [])];
}

/** With one more page; those that are far from it go. */
export function withPage(pages: Pages, number: number, page: Page): Pages {
  const all = new Map(pages).set(number, page);
  const far = [...all.keys()].toSorted((a, b) => Math.abs(a - number) - Math.abs(b - number)).slice(kept);
  for (const one of far) all.delete(one);
  return all;
}

/** The message at a position, if its page was read. */
export function messageAt(pages: Pages, position: number): MessageView | undefined {
  if (position < 0) return undefined;
  return pages.get(Math.floor(position / pageSize))?.messages[position % pageSize];
}
