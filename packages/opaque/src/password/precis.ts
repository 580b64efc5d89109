import { endsJoining, endsWithVirama, startsJoining } from './joining.ts';

/**
 * What in a text keeps it out of the PRECIS FreeformClass (RFC 8264 sections 4.3 and 8), or `null`. The sentence
 * names the place of the first such character, never the character. Expects NFC.
 */
export function freeformProblem(text: string): string | null {
  let at = 0;
  for (const [i, character] of Array.from(text).entries()) {
    const why = characterProblem(character, text.slice(0, at), text.slice(at + character.length));
    if (why) return `character ${i + 1} ${why}`;
    at += character.length;
  }
  return null;
}

function characterProblem(character: string, before: string, after: string): string | null {
  const context = contextRules.find(({ characters }) => characters.test(character));
  if (context) return context.allows(before, after) ? null : 'cannot stand where it does';
  if (exceptionallyValid.test(character)) return null;
  return refusals.find(({ characters }) => characters.test(character))?.why ?? null;
}

// The order of RFC 8264 section 8. What none of these names is a letter, digit, mark, symbol, punctuation or space.
const refusals: readonly { readonly characters: RegExp; readonly why: string }[] = [
  {
    characters: /[\u{640}\u{7fa}\u{302e}\u{302f}\u{3031}-\u{3035}\u{303b}]/u,
    why: 'is not allowed in passwords',
  },
  { characters: /(?!\p{Noncharacter_Code_Point})\p{Cn}/u, why: 'is not known to this device' },
  {
    characters: /[\u{1100}-\u{11ff}\u{a960}-\u{a97c}\u{d7b0}-\u{d7c6}\u{d7cb}-\u{d7fb}]/u,
    why: 'is a lone part of a Hangul syllable',
  },
  { characters: /\p{Default_Ignorable_Code_Point}|\p{Noncharacter_Code_Point}/u, why: 'is invisible' },
  { characters: /\p{Cc}/u, why: 'is a control character' },
  { characters: /[\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u, why: 'is not allowed in passwords' },
];

// PVALID in RFC 8264 section 9.6.
const exceptionallyValid = /[\u{df}\u{3c2}\u{6fd}\u{6fe}\u{f0b}\u{3007}]/u;

/** The contextual rules (RFC 5892 appendix A), given the text before and after the character. */
const contextRules: readonly {
  readonly characters: RegExp;
  readonly allows: (before: string, after: string) => boolean;
}[] = [
  {
    characters: /\u{200c}/u, // A.1 ZERO WIDTH NON-JOINER
    allows: (before, after) =>
      endsWithVirama.test(before) || (endsJoining.test(before) && startsJoining.test(after)),
  },
  { characters: /\u{200d}/u, allows: (before) => endsWithVirama.test(before) }, // A.2 ZERO WIDTH JOINER
  { characters: /\u{b7}/u, allows: (before, after) => before.endsWith('l') && after.startsWith('l') }, // A.3 MIDDLE DOT
  { characters: /\u{375}/u, allows: (_, after) => /^\p{Script=Greek}/u.test(after) }, // A.4 KERAIA
  { characters: /[\u{5f3}\u{5f4}]/u, allows: (before) => /\p{Script=Hebrew}$/u.test(before) }, // A.5, A.6 GERESH
  {
    characters: /\u{30fb}/u, // A.7 KATAKANA MIDDLE DOT
    allows: (before, after) => /\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Han}/u.test(before + after),
  },
  {
    characters: /[\u{660}-\u{669}]/u, // A.8 ARABIC-INDIC DIGITS
    allows: (before, after) => !/[\u{6f0}-\u{6f9}]/u.test(before + after),
  },
  {
    characters: /[\u{6f0}-\u{6f9}]/u, // A.9 EXTENDED ARABIC-INDIC DIGITS
    allows: (before, after) => !/[\u{660}-\u{669}]/u.test(before + after),
  },
];
