import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { piecesOf, snippetOf } from './snippet.ts';

describe('a text in pieces', () => {
  test('is whole again, whatever is marked', () => {
    const mark = fc.tuple(fc.integer({ min: -5, max: 60 }), fc.integer({ min: -5, max: 60 }));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), fc.array(mark), (text, marks) => {
        expect(
          piecesOf(text, marks)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });

  test('has its marks, and nothing else, marked', () => {
    expect(piecesOf('the key', [[4, 7]])).toEqual([
      { text: 'the ', marked: false },
      { text: 'key', marked: true },
    ]);
  });

  test.each([
    ['see https://example.org/a?b=1.', 'https://example.org/a?b=1'],
    ['(http://example.org/x)', 'http://example.org/x'],
    ['“https://example.org”', 'https://example.org'],
  ])('knows the address in %s', (text, href) => {
    expect(piecesOf(text).filter((piece) => piece.href !== undefined)).toEqual([
      { text: href, marked: false, href },
    ]);
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'example.org', 'https://', 'file:///etc/passwd'])(
    'makes no link of %s',
    (text) => {
      expect(piecesOf(text)).toEqual([{ text, marked: false }]);
    },
  );
});

describe('a snippet', () => {
  test('is the text itself when it is short', () => {
    expect(snippetOf('where is\nthe key?', [[13, 16]])).toEqual({
      text: 'where is the key?',
      marks: [[13, 16]],
    });
  });

  test('begins a little before the first mark, at a word', () => {
    const text = `${'one two three '.repeat(20)}key and more`;
    const at = text.indexOf('key');
    const { text: part, marks } = snippetOf(text, [[at, at + 3]]);
    expect(part).toMatch(/^…(one|two|three)\b.*key and more$/);
    expect(marks.map(([from, to]) => part.slice(from, to))).toEqual(['key']);
  });

  test('always marks what was marked', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (left, right) => {
        const text = `${left}KEY${right}`;
        const { text: part, marks } = snippetOf(text, [[left.length, left.length + 3]]);
        expect(marks.map(([from, to]) => part.slice(from, to))).toEqual(['KEY']);
      }),
    );
  });
});
