import { toHex, utf8 } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passwordProblem, preparePassword } from './password.ts';

describe('RFC 8265 section 4.3, examples of OpaqueString', () => {
  test.each([
    ['three words', 'correct horse battery staple', 'correct horse battery staple'],
    ['the same in capitals', 'Correct Horse Battery Staple', 'Correct Horse Battery Staple'],
    ['letters beyond ASCII', 'πßå', 'πßå'],
    ['a symbol', 'Jack of ♦s', 'Jack of ♦s'],
    ['OGHAM SPACE MARK', 'foo\u{1680}bar', 'foo bar'],
  ])('%s is allowed', (_, password, prepared) => {
    expect(preparePassword(password)).toEqual(utf8(prepared));
  });

  test.each([
    ['zero-length', ''],
    ['CHARACTER TABULATION', 'my cat is a \u{9}by'],
  ])('%s is not', (_, password) => {
    expect(() => preparePassword(password)).toThrowError(expect.objectContaining({ code: 'weak-password' }));
  });
});

describe('preparation', () => {
  test('the same text in another normal form gives the same bytes', () => {
    for (const text of ['Ångström', 'Việt Nam', '가각간', 'बड़ा', 'ΐ', 'ﾊﾟスワード']) {
      expect(preparePassword(text.normalize('NFD'))).toEqual(preparePassword(text.normalize('NFC')));
    }
  });

  test('case and width stay as they were typed', () => {
    expect(preparePassword('ＡbＣ')).toEqual(utf8('ＡbＣ'));
    expect(preparePassword('ſ')).toEqual(utf8('ſ'));
  });

  test('every kind of space is a space', () => {
    const spaces = '\u{a0}\u{1680}\u{2000}\u{2007}\u{202f}\u{205f}\u{3000}';
    expect(preparePassword(`a${spaces}b`)).toEqual(utf8(`a${' '.repeat(7)}b`));
  });

  test.each([
    ['a control', '\u{0}', 'is a control character'],
    ['a delete', '\u{7f}', 'is a control character'],
    ['a line separator', '\u{2028}', 'is not allowed in passwords'],
    ['an unassigned code point', '\u{378}', 'is not known to this device'],
    ['a noncharacter', '\u{fdd0}', 'is invisible'],
    ['a private-use code point', '\u{e000}', 'is not allowed in passwords'],
    ['a lone surrogate', '\u{d800}', 'is not allowed in passwords'],
    ['a soft hyphen', '\u{ad}', 'is invisible'],
    ['a variation selector', '\u{fe0f}', 'is invisible'],
    ['a byte order mark', '\u{feff}', 'is invisible'],
    ['a right-to-left override', '\u{202e}', 'is invisible'],
    ['an Arabic number sign', '\u{600}', 'is not allowed in passwords'],
    ['a lone Hangul vowel', '\u{1161}', 'is a lone part of a Hangul syllable'],
    ['an old Hangul letter', '\u{a960}', 'is a lone part of a Hangul syllable'],
    ['a tatweel', '\u{640}', 'is not allowed in passwords'],
    ['a vertical kana repeat mark', '\u{3031}', 'is not allowed in passwords'],
  ])('%s is refused by its place, not by name', (_, character, why) => {
    expect(() => preparePassword(`ab ${character}cd`)).toThrowError(
      expect.objectContaining({ code: 'weak-password', details: { why: `character 4 ${why}` } }),
    );
  });

  test.each([
    ['ZWNJ after a virama', 'क्\u{200c}ष', 'क\u{200c}ष'],
    ['ZWNJ between joining letters', 'می\u{200c}خواهم', 'ا\u{200c}ب'],
    ['ZWNJ between joining letters with marks', 'بِ\u{200c}َب', 'a\u{200c}b'],
    ['ZWJ after a virama', 'क्\u{200d}ष', '👩\u{200d}🚒'],
    ['MIDDLE DOT between two l', 'col·lega', 'a·b'],
    ['KERAIA before Greek', '\u{375}α', '\u{375}a'],
    ['GERESH after Hebrew', 'ג\u{5f3}', 'g\u{5f3}'],
    ['GERSHAYIM after Hebrew', 'צה\u{5f4}ל', '\u{5f4}ל'],
    ['KATAKANA MIDDLE DOT beside kana', 'ab・カ', 'ab・cd'],
    ['ARABIC-INDIC DIGITS by themselves', '٠١٢', '٠١٢۳'],
    ['EXTENDED ARABIC-INDIC DIGITS by themselves', '۱۲۳', '۱۲۳٤'],
  ])('RFC 5892 appendix A: %s', (_, allowed, refused) => {
    expect(preparePassword(allowed)).toEqual(utf8(allowed.normalize('NFC')));
    expect(() => preparePassword(refused)).toThrowError(expect.objectContaining({ code: 'weak-password' }));
  });

  test('a password of absurd length is refused', () => {
    expect(preparePassword('x'.repeat(1024))).toHaveLength(1024);
    for (const length of [1025, 5_000_000]) {
      expect(() => preparePassword('x'.repeat(length))).toThrowError(/longer than 1024/);
    }
  });

  test('every text is either refused or gives bytes that prepare to themselves', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), (text) => {
        if (passwordProblem(text)?.startsWith('character')) return;
        const prepared = preparePassword(text);
        expect(toHex(preparePassword(new TextDecoder().decode(prepared)))).toBe(toHex(prepared));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('choosing a password', () => {
  test('at least 8 characters, however many bytes they take', () => {
    expect(passwordProblem('hdk3w2a')).toBe('it is shorter than 8 characters');
    expect(passwordProblem('ключ🔑ик')).toBe('it is shorter than 8 characters');
    expect(passwordProblem('ключ🔑ика')).toBeNull();
  });

  test('what cannot be prepared says why', () => {
    expect(passwordProblem('')).toBe('it is empty');
    expect(passwordProblem('long enough\u{7}')).toBe('character 12 is a control character');
  });

  test.each([
    'password',
    'Password',
    'P@ssw0rd',
    'password1',
    'Password123',
    'password2024!',
    'passw0rd!',
    'iloveyou',
    '12345678',
    '123456789',
    '1234567890',
    '0123456789',
    '87654321',
    '00000000',
    '11111111',
    '11223344',
    '12121212',
    '12341234',
    '123123123',
    'abcabcabc',
    'aaaaaaaa',
    'ABCDEFGH',
    'zyxwvuts',
    'qwertyuiop',
    '1q2w3e4r',
    '1qaz2wsx',
    'zaq12wsx',
    'asdfghjkl',
    'йцукенгш',
    'azertyuiop',
    'sunshine1',
    'princess12',
    'Welcome1',
    'welcome2023',
    'letmein1',
    'trustno1',
    'liverpool1',
    'admin123',
    'qwerty123',
    'abc12345',
    '5201314520',
    'monkey123',
    'football',
    'superman!',
    'whatsapp',
    'aa123456',
    '147258369',
    '89012345',
  ])('%s is too common', (password) => {
    expect(passwordProblem(password)).toBe('it is one of the first that anybody would guess');
  });

  test.each([
    '83920174',
    '19870423',
    '04071776',
    'correct horse battery staple',
    'mint garage 42',
    'Übergrößenträger',
    'password manager',
    'qwerty is a layout',
    'x7#Kp2!z',
    'ilovestrongcoffee',
    '密码是很长的一句话',
  ])('%s may be chosen', (password) => {
    expect(passwordProblem(password)).toBeNull();
  });
});
