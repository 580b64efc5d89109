/** One word of a text, folded, and where it stood: from and to in UTF-16 units. */
export interface Token {
  readonly word: string;
  readonly from: number;
  readonly to: number;
  /** A sign of a script that sets no spaces between words: a word is a run of them. */
  readonly sign: boolean;
}

// Scripts written without spaces: each sign counts as a word, and what is searched for as a phrase of them.
const signs =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}ー々〆]/v;
const words =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}ー々〆]|[[\p{L}\p{N}\p{M}]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}ー々〆]]+|[\p{Extended_Pictographic}\p{RI}]/gv;

// Accents of Latin, Greek and Cyrillic; vowel points of Arabic and Hebrew, which people mostly leave out; selectors.
const marks =
  /[\u{300}-\u{36f}]|[\u{591}-\u{5bd}\u{5bf}\u{5c1}\u{5c2}\u{5c4}\u{5c5}\u{5c7}]|[\u{610}-\u{61a}]|[\u{640}\u{64b}-\u{65f}\u{670}]|\p{Variation_Selector}/gu;

const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  ı: 'i',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
};

/** A word as it is compared: small letters, no accents, wide and narrow forms alike. */
export function fold(word: string): string {
  if (/^[a-zA-Z0-9]*$/.test(word)) return word.toLowerCase();
  return word
    .normalize('NFKD')
    .toLowerCase()
    .replace(marks, '')
    .normalize('NFC')
    .replace(/[ßıłøđðþæœ]/g, (letter) => letters[letter]!);
}

/** The words of a text. */
export function* tokensOf(text: string): Generator<Token, void, undefined> {
  for (const { 0: found, index } of text.matchAll(words)) {
    const word = fold(found);
    if (word !== '') yield { word, from: index, to: index + found.length, sign: signs.test(found) };
  }
}

/** A text as it goes into the index: folded words with spaces between. */
export function indexText(text: string): string {
  return [...tokensOf(text)].map(({ word }) => word).join(' ');
}

/** What one searches for: words, each of which must begin a word of the text, and runs of signs. */
export type Terms = readonly (readonly string[])[];

/** The terms of what somebody typed. Signs that stand together are one term. */
export function termsOf(typed: string): Terms {
  const terms: string[][] = [];
  let end = -1;
  for (const { word, from, to, sign } of tokensOf(typed)) {
    if (sign && from === end) terms.at(-1)!.push(word);
    else terms.push([word]);
    end = sign ? to : -1;
  }
  return terms;
}

/** Where the terms are in a text: from and to in UTF-16 units, in order, none within another. */
export function marksIn(text: string, terms: Terms): readonly (readonly [number, number])[] {
  const tokens = [...tokensOf(text)];
  const found: (readonly [number, number])[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const lengths = terms.filter((term) => beginsAt(tokens, at, term)).map(({ length }) => length);
    if (lengths.length === 0) continue;
    const end = at + Math.max(...lengths) - 1;
    found.push([tokens[at]!.from, tokens[end]!.to]);
    at = end;
  }
  return found;
}

function beginsAt(tokens: readonly Token[], at: number, term: readonly string[]): boolean {
  return term.every((word, step) => {
    const token = tokens[at + step];
    if (token === undefined) return false;
    return step === term.length - 1 ? token.word.startsWith(word) : token.word === word;
  });
}
