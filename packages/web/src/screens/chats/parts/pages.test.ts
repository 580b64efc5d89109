import { expect, test } from 'vitest';
import type { MessageView } from '../../../engine/contract.ts';
import { messageAt, neighboursOf, pageSize, pagesOf, withPage, type Page, type Pages } from './pages.ts';

const page = (number: number): Page => ({
  revision: 1,
  messages: Array.from({ length: pageSize }, (_, index) => {
    const position = number * pageSize + index;
    return { position } as MessageView;
  }),
});

test.each([
  [0, 0, [0]],
  [0, 10, [0]],
  [100, 110, [0, 1]],
  [101, 200, [1]],
  [101, 201, [1, 2]],
  [99_950, 100_000, [999]],
])('rows %d to %d are in the pages %j', (from, to, pages) => {
  expect(pagesOf(from, to)).toEqual(pages);
});

test.each([
  [[0], [1]],
  [[4], [5, 3]],
  [
    [3, 4],
    [5, 2],
  ],
])('beside the pages %j are %j', (seen, beside) => {
  expect(neighboursOf(seen)).toEqual(beside);
});

test('of what was read, only what is near is kept', () => {
  let pages: Pages = new Map();
  for (let number = 0; number < 50; number++) pages = withPage(pages, number, page(number));
  expect(pages.size).toBe(12);
  expect(messageAt(pages, 4999)?.position).toBe(4999);
  expect(messageAt(pages, 0)).toBeUndefined();
  expect(messageAt(pages, -1)).toBeUndefined();
});
