import type { Entry } from './entries.ts';
import { isNotice } from './placeholders.ts';

/** Longest name, UTF-16 units; WhatsApp allows 25 for oneself, address books allow more. */
const longestName = 150;
const mostColons = 4;
const mostNames = 20_000;
const wrapping = /[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** The sender of a message and what it says; without a sender it is a notice. */
export interface Said {
  readonly from?: string;
  readonly text: string;
}

/** A name without marks of direction, and without the `~` of those who are in no address book. */
export function cleanName(name: string): string {
  return name.replace(wrapping, '').replace(/^~\s*/, '').replace(/\s+/g, ' ').trim();
}

// What might be the name: up to each colon that a space, or the end of the line, follows.
function* candidates(rest: string): Generator<string, void, undefined> {
  const line = rest.slice(0, Math.min(longestName, (rest.indexOf('\n') + 1 || rest.length + 1) - 1) + 1);
  let at = -1;
  for (let colons = 0; colons < mostColons; colons++) {
    at = line.indexOf(':', at + 1);
    if (at < 0) return;
    const follows = rest[at + 1];
    if (follows === undefined || /[\s\u200e\u200f]/.test(follows)) yield rest.slice(0, at);
  }
}

/**
 * Learns the names of a chat from all of its messages, and then tells who said what. Names may hold colons: one is
 * part of the name when each message with what is before it also has it.
 */
export class Senders {
  readonly #counts = new Map<string, number>();
  #longer: ReadonlyMap<string, string> | undefined;

  learn({ rest }: Entry): void {
    for (const name of candidates(rest)) {
      const count = this.#counts.get(name);
      if (count === undefined && this.#counts.size >= mostNames) continue;
      this.#counts.set(name, (count ?? 0) + 1);
    }
  }

  said({ rest, ios }: Entry): Said {
    const [first] = candidates(rest);
    if (first === undefined || cleanName(first) === '') return { text: rest };
    const longest = this.#nameFor(first, rest);
    // On iOS notices have a sender, too: there the text tells them.
    if (!ios && this.#isNotice(longest)) return { text: rest };
    return { from: cleanName(longest), text: rest.slice(longest.length + 1).replace(/^ /, '') };
  }

  #isNotice(name: string): boolean {
    return /["“”«»„「]/.test(name) || ((this.#counts.get(name) ?? 0) < 3 && isNotice(name));
  }

  #nameFor(first: string, rest: string): string {
    const longer = (this.#longer ??= this.#learnLonger());
    let name = first;
    for (
      let next = longer.get(name);
      next !== undefined && rest.startsWith(`${next}:`);
      next = longer.get(name)
    )
      name = next;
    return name;
  }

  #learnLonger(): ReadonlyMap<string, string> {
    const longer = new Map<string, string>();
    for (const [name, count] of this.#counts) {
      const shorter = name.slice(0, name.lastIndexOf(':'));
      if (count >= 3 && shorter !== '' && this.#counts.get(shorter) === count) longer.set(shorter, name);
    }
    return longer;
  }
}
