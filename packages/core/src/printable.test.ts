import { describe, expect, test } from 'vitest';
import { printable } from './printable.ts';

describe('a text from outside', () => {
  test.each([
    ['an escape sequence', 'a\u001B[2Jb', 'a\uFFFD[2Jb'],
    ['a line break', 'a\nNote: b', 'a\uFFFDNote: b'],
    ['a return to the line’s beginning', 'a\rb', 'a\uFFFDb'],
    ['a C1 control', 'a\u009Bb', 'a\uFFFDb'],
    ['a turn of direction', 'photo\u202Egpj.exe', 'photo\uFFFDgpj.exe'],
    ['half a surrogate pair', 'a\uD800b', 'a\uFFFDb'],
  ])('cannot steer a terminal by %s', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test.each(['Grüße 📷.jpg', '家族👩‍👩‍👧.mp4', 'e\u0301t\u00E9', 'صورة.png', 'tab-free   spaces'])(
    'in any script is shown as it is: %s',
    (text) => {
      expect(printable(text)).toBe(text);
    },
  );
});
