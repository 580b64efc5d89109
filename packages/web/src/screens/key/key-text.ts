import { groupNames, spreadKey } from '@strongroom/client';

/** How a group that was typed cannot be right. */
export type GroupFault = 'empty' | 'short' | 'long' | 'character' | 'letter-o' | 'letter-l';

const groupLength = 4;
const separators = /[\s\p{Pd}]+/gu;

/** What is wrong with the text of one group; nothing when it may be right. Spaces, dashes and capitals are forgiven. */
export function groupFault(typed: string): GroupFault | undefined {
  const digits = typed.replaceAll(separators, '');
  const wrong = /[^0-9a-f]/iu.exec(digits)?.[0];
  if (wrong !== undefined) return faultOf(wrong);
  if (digits === '') return 'empty';
  if (digits.length === groupLength) return undefined;
  return digits.length < groupLength ? 'short' : 'long';
}

function faultOf(character: string): GroupFault {
  if (character === 'o' || character === 'O') return 'letter-o';
  return character === 'l' || character === 'I' ? 'letter-l' : 'character';
}

/** The groups after some text was pasted into one of them: a whole key goes everywhere, a part goes on from there. */
export function pasted(groups: readonly string[], at: number, text: string): readonly string[] {
  const whole = spreadKey(text);
  if (whole !== null) return whole.map((group) => group.toLowerCase());
  const digits = Array.from(text.slice(0, 200).replaceAll(separators, ''));
  return groups.map((group, index) => {
    const start = (index - at) * groupLength;
    const piece = index < at ? '' : digits.slice(start, start + groupLength).join('');
    return piece === '' ? group : piece;
  });
}

const keyInText = /(?<![0-9a-f])(?:[0-9a-f]{4}[\s-]*){15}[0-9a-f]{4}(?![0-9a-f])/giu;

/** A 64-digit key somewhere in a text: a kept file, a QR code. Nothing when there is none, or more than one. */
export function findKey(text: string): readonly string[] | undefined {
  // A year at the end of one paragraph is not the first group of the next.
  const paragraphs = text.slice(0, 10_000).split(/\n\s*\n/u);
  const [found, ...more] = paragraphs.flatMap((paragraph) => paragraph.match(keyInText) ?? []);
  if (found === undefined || more.length > 0) return undefined;
  return spreadKey(found)?.map((group) => group.toLowerCase());
}

/** 16 groups with nothing in them. */
export const noGroups: readonly string[] = groupNames.map(() => '');

/** The 64 digits as one text, for the engine. */
export function digitsOf(groups: readonly string[]): string {
  return groups.map((group) => group.replaceAll(separators, '').toLowerCase()).join(' ');
}

/** Whether every group may be right. */
export function isWhole(groups: readonly string[]): boolean {
  return groups.length === groupNames.length && groups.every((group) => groupFault(group) === undefined);
}

/** Four lines of four groups, as people keep it. */
export function linesOf(groups: readonly string[]): string {
  return [0, 4, 8, 12].map((start) => groups.slice(start, start + 4).join(' ')).join('\n');
}
