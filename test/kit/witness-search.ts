import { utf8 } from '@strongroom/core';
import type { Piece } from './witness-evidence.ts';

/** Something that must not be seen, and where it may be seen after all. */
export interface Needle {
  readonly name: string;
  /** A text is looked for in the forms that texts take, too. */
  readonly value: Uint8Array | string;
  /** Where it belongs. */
  readonly allowed?: (piece: Piece) => boolean;
}

/** A needle that was found where it must not be. */
export interface Find {
  readonly name: string;
  readonly form: string;
  readonly where: string;
}

interface Pattern {
  readonly needle: Needle;
  readonly form: string;
  readonly bytes: Buffer;
}

const prefixLength = 3;
/** Shorter ones would be found by chance. */
const shortestNeedle = 8;

/** Every form in which a needle could be written down, by name. */
export function formsOf(value: Uint8Array | string): Map<string, Buffer> {
  const bytes = Buffer.from(typeof value === 'string' ? utf8(value) : value);
  if (bytes.length < shortestNeedle) throw new RangeError('a needle that would be found by chance');
  const forms = new Map([
    ['as it is', bytes],
    ['in hex', Buffer.from(bytes.toString('hex'))],
    ['in upper-case hex', Buffer.from(bytes.toString('hex').toUpperCase())],
    ...[0, 1, 2].flatMap((shift) => base64Forms(bytes, shift)),
  ]);
  if (typeof value !== 'string') return forms;
  const utf16 = Buffer.from(value, 'utf16le');
  forms.set('in UTF-16', utf16).set('in big-endian UTF-16', Buffer.from(utf16).swap16());
  if (encodeURIComponent(value) !== value) forms.set('in a URL', Buffer.from(encodeURIComponent(value)));
  const json = JSON.stringify(value).slice(1, -1);
  if (json !== value) forms.set('in JSON', Buffer.from(json));
  return forms;
}

/** Looks for needles in all their forms, in one pass over each piece. */
export class Search {
  readonly #patterns = new Map<number, Pattern[]>();
  // One bit for each of the 2^24 beginnings of three bytes: most places are passed by with one look.
  readonly #beginnings = new Uint8Array(2 ** 21);

  constructor(needles: readonly Needle[]) {
    for (const needle of needles) {
      for (const [form, bytes] of formsOf(needle.value)) this.#add({ needle, form, bytes });
    }
  }

  /** What is where it must not be. */
  in(pieces: Iterable<Piece>): Find[] {
    return [...pieces].flatMap((piece) => this.#inPiece(piece));
  }

  #add(pattern: Pattern): void {
    const beginning = beginningAt(pattern.bytes, 0);
    this.#patterns.set(beginning, [...(this.#patterns.get(beginning) ?? []), pattern]);
    this.#beginnings[beginning >> 3]! |= 1 << (beginning & 7);
  }

  #inPiece(piece: Piece): Find[] {
    const { bytes } = piece;
    const found = new Map<Pattern, Find>();
    for (let at = 0; at <= bytes.length - prefixLength; at++) {
      const beginning = beginningAt(bytes, at);
      if ((this.#beginnings[beginning >> 3]! & (1 << (beginning & 7))) === 0) continue;
      for (const pattern of this.#patterns.get(beginning) ?? []) {
        const { needle, form } = pattern;
        const isHere = pattern.bytes.equals(bytes.subarray(at, at + pattern.bytes.length));
        if (isHere && needle.allowed?.(piece) !== true)
          found.set(pattern, { name: needle.name, form, where: `${piece.witness}: ${piece.label}` });
      }
    }
    return [...found.values()];
  }
}

function beginningAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
}

// Inside a longer text that was encoded, a needle begins at any of three places in a group of four characters; the
// characters that its neighbours have a part in are left out.
function base64Forms(bytes: Buffer, shift: number): [string, Buffer][] {
  const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
  const begin = Math.ceil((shift * 8) / 6);
  const end = Math.floor((shifted.length * 8) / 6);
  const forms = (['base64', 'base64url'] as const).map((encoding): [string, Buffer] => [
    `in ${encoding}, shifted by ${shift}`,
    Buffer.from(shifted.toString(encoding).slice(begin, end)),
  ]);
  return forms[0]![1].equals(forms[1]![1]) ? forms.slice(0, 1) : forms;
}
