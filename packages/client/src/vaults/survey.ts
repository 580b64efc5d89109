import { equalBytes, isStrongroomError, StrongroomError, toHex, type Bytes } from '@strongroom/core';
import { Slot, type Described, type Directory, type SlotDescription } from '@strongroom/wire/vault';
import type { VaultLink } from './vault-link.ts';

/** How one vault describes an account. */
export interface Description {
  readonly link: VaultLink;
  readonly described: Described;
}

/** How the account stands at the vaults that answered. */
export interface Survey {
  readonly directory: Directory;
  readonly descriptions: readonly Description[];
}

/** A registration that a password may open, and where it is. */
export interface OpenGeneration {
  /** 16 bytes. */
  readonly generation: Bytes;
  readonly directoryEpoch: bigint;
  /** Whether any vault has it as its live one: its change was confirmed at least in part. */
  readonly committed: boolean;
  readonly since: bigint;
  readonly at: readonly { readonly description: Description; readonly slot: SlotDescription }[];
}

/**
 * Asks all vaults how the account stands.
 * @throws StrongroomError the vault's own error when none answers
 */
export async function survey(
  directory: Directory,
  links: readonly VaultLink[],
  signal?: AbortSignal,
): Promise<Survey> {
  const outcomes = await Promise.allSettled(
    links.map(async (link) => ({ link, described: await link.describe(signal) })),
  );
  const descriptions = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const firstFailure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (descriptions.length === 0 && firstFailure) throw firstFailure.reason;
  return { directory, descriptions };
}

/** @throws StrongroomError `unavailable` unless at least `needed` vaults answered */
export function needVaults({ descriptions }: Survey, needed: number): void {
  if (descriptions.length >= needed) return;
  throw new StrongroomError('unavailable', { answered: descriptions.length, needed });
}

/**
 * The registrations that a password can open, because at least `threshold` vaults hold them; the one to try first at
 * the head: what was committed anywhere before what was only proposed, and among these the newest.
 */
export function openGenerations(view: Survey): OpenGeneration[] {
  const { threshold } = view.directory;
  return heldGenerations(view)
    .filter((at) => at.length >= threshold)
    .map((at) => toOpenGeneration(at, threshold))
    .toSorted((a, b) => Number(b.committed) - Number(a.committed) || Number(b.since - a.since));
}

/**
 * Why no registration can be opened.
 * @param generation the one that was looked for, 16 bytes; by default any
 * @returns StrongroomError `unavailable` while vaults that did not answer may hold what is missing, else `not-registered`
 */
export function whyNoneOpens(view: Survey, generation?: Uint8Array): StrongroomError {
  const { vaults, threshold } = view.directory;
  const counts = heldGenerations(view)
    .filter(([first]) => generation === undefined || equalBytes(first!.slot.generation, generation))
    .map((at) => at.length);
  const answered = Math.max(0, ...counts);
  const possible = answered + vaults.length - view.descriptions.length;
  return answered > 0 && possible >= threshold
    ? new StrongroomError('unavailable', { answered, needed: threshold })
    : new StrongroomError('not-registered', {});
}

/** For how many more guesses at least `threshold` of these vaults have one left. */
export function guessesLeftAt(threshold: number, guessesLeft: readonly number[]): number {
  return guessesLeft.toSorted((a, b) => b - a)[threshold - 1] ?? 0;
}

/** From when at least `threshold` of these vaults take a guess, milliseconds since 1970; 0: at once. */
export function waitUntilAt(threshold: number, waitUntil: readonly bigint[]): number {
  return Number(waitUntil.toSorted((a, b) => Number(a - b))[threshold - 1] ?? 0n);
}

type Held = readonly OpenGeneration['at'][number][];

function heldGenerations({ descriptions }: Survey): Held[] {
  const found = new Map<string, OpenGeneration['at'][number][]>();
  for (const description of descriptions) {
    for (const slot of description.described.slots) {
      const at = found.get(toHex(slot.generation)) ?? [];
      // A vault that names one twice still holds it once.
      const again = at.some((known) => known.description === description);
      if (slot.slot !== Slot.CONTESTED && !again)
        found.set(toHex(slot.generation), [...at, { description, slot }]);
    }
  }
  return [...found.values()];
}

function toOpenGeneration(at: Held, threshold: number): OpenGeneration {
  const [{ slot }] = at as [Held[number]];
  const since = at.map((one) => one.slot.since).toSorted((a, b) => Number(b - a));
  return {
    generation: new Uint8Array(slot.generation),
    directoryEpoch: slot.directoryEpoch,
    committed: at.some((one) => one.slot.slot === Slot.LIVE),
    // As late as `threshold` vaults say, so that fewer cannot make an old one look new.
    since: since[threshold - 1]!,
    at,
  };
}

/** The slot of a kind at a vault. */
export function slotAt({ described }: Description, kind: Slot): SlotDescription | undefined {
  return described.slots.find(({ slot }) => slot === kind);
}

/** Whether a failed call means that a vault cannot be reached, rather than that it refused. */
export function isUnreachable(error: unknown): boolean {
  return isStrongroomError(error, 'offline', 'unavailable', 'malformed', 'vault-misbehaved');
}
