import { passwordProblem } from '@strongroom/opaque';

/** What is to be said of a password while it is being chosen. */
export interface Judgement {
  /** Whether it may be chosen. */
  readonly ok: boolean;
  /** Why not, or how it would be better, as the end of a sentence; `null` when there is nothing to say. */
  readonly why: string | null;
  /** 0: may not be chosen; 1: only the vaults' limit of tries protects it; 4: would last without one, too. */
  readonly strength: 0 | 1 | 2 | 3 | 4;
}

// Bits from which a password has this strength.
const steps = [36, 50, 70] as const;

const advice: readonly string[] = [
  'only the limit of tries protects it; a few words in a row are stronger and easy to remember',
  'it is enough as long as tries are counted; longer is stronger',
];

/**
 * Judges a password as it is typed, by its length, the variety of its characters, and the well-known ones. It is an
 * estimate, and too kind to words, names and dates: there is no dictionary of any language behind it. Who guesses at
 * the vaults has ten tries, whatever it says.
 */
export function judgePassword(password: string): Judgement {
  const problem = passwordProblem(password);
  if (problem !== null) return { ok: false, why: problem, strength: 0 };
  const bits = estimateBits(password.normalize('NFC'));
  const reached = steps.filter((step) => bits >= step).length as 0 | 1 | 2 | 3;
  return { ok: true, why: advice[reached] ?? null, strength: (reached + 1) as 1 | 2 | 3 | 4 };
}

function estimateBits(password: string): number {
  const characters = Array.from(password);
  const choices = kinds.reduce((sum, { test, size }) => sum + (test.test(password) ? size : 0), 0);
  return (surprising(characters) - dateDiscount(password)) * Math.log2(choices);
}

const kinds: readonly { readonly test: RegExp; readonly size: number }[] = [
  { test: /[0-9]/, size: 10 },
  { test: /[a-z]/, size: 26 },
  { test: /[A-Z]/, size: 26 },
  { test: /[ -/:-@[-`{-~]/, size: 33 },
  { test: /[^\0-\x7f]/u, size: 100 },
];

// What follows from the two before it, as in 'aaa', 'abc', '987', or repeats a piece from before, is no surprise.
function surprising(characters: readonly string[]): number {
  return characters.filter((_, i) => !goesOn(characters, i) && !repeats(characters, i)).length;
}

function goesOn(characters: readonly string[], i: number): boolean {
  if (i < 2) return false;
  const [a, b, c] = [i - 2, i - 1, i].map((at) => characters[at]!.codePointAt(0)!) as [
    number,
    number,
    number,
  ];
  return c - b === b - a && Math.abs(c - b) <= 1;
}

function repeats(characters: readonly string[], i: number): boolean {
  if (i < 3) return false;
  const piece = characters
    .slice(i - 2, i + 1)
    .join('')
    .toLowerCase();
  return characters.slice(0, i).join('').toLowerCase().includes(piece);
}

// A year is one of a hundred rather than of ten thousand.
function dateDiscount(password: string): number {
  return /(?:19|20)\d\d/.test(password) ? 2 : 0;
}
