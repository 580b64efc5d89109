import { isStrongroomError, StrongroomError, toHex, type Bytes } from '@strongroom/core';
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
 * The registrations that a password may open, the one to try first at the head: what was committed
 * anywhere before what was only proposed, and among these the newest.
 */
export function openGenerations({ descriptions }: Survey): OpenGeneration[] {
  const found = new Map<string, OpenGeneration>();
  for (const description of descriptions) {
    for (const slot of description.described.slots) {
      if (slot.slot === Slot.CONTESTED) continue;
      const key = toHex(slot.generation);
      const known = found.get(key);
      found.set(key, {
        generation: new Uint8Array(slot.generation),
        directoryEpoch: slot.directoryEpoch,
        committed: (known?.committed ?? false) || slot.slot === Slot.LIVE,
        since: known === undefined || slot.since > known.since ? slot.since : known.since,
        at: [...(known?.at ?? []), { description, slot }],
      });
    }
  }
  return [...found.values()].toSorted(
    (a, b) => Number(b.committed) - Number(a.committed) || Number(b.since - a.since),
  );
}

/** The slot of a kind at a vault. */
export function slotAt({ described }: Description, kind: Slot): SlotDescription | undefined {
  return described.slots.find(({ slot }) => slot === kind);
}

/** Whether a failed call means that a vault cannot be reached, rather than that it refused. */
export function isUnreachable(error: unknown): boolean {
  return isStrongroomError(error, 'offline', 'unavailable', 'malformed', 'vault-misbehaved');
}
