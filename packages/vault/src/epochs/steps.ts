import type { EpochPolicy } from './epoch-policy.ts';
import type { Fleet, HandedKey, NodeId, ReceptionEntry } from './fleet.ts';

/** What this node knows of itself when it asks what to do next. */
export interface Facts {
  readonly me: NodeId;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly policy: EpochPolicy;
  /** What this node's HSM holds: epoch to key check in hex. */
  readonly held: ReadonlyMap<number, string>;
  /** The nodes whose HSMs this one trusts. */
  readonly trusted: ReadonlySet<NodeId>;
  /** What a process knows that serves; nothing for an operator's command, which neither seals nor destroys. */
  readonly serving: ServingFacts | undefined;
}

/** What a process knows that serves. */
export interface ServingFacts {
  /** Every write under an epoch older than this one is over. */
  readonly sealsUnder: number;
  /** The public key of its reception, and whether this process ever announced it. */
  readonly reception: Pick<ReceptionEntry, 'publicKey'> & { readonly wasAnnounced: boolean };
  /** Since when this process, by its own clock, has seen an epoch as empty. */
  readonly emptySince: ReadonlyMap<number, number>;
  /** What its own search since then said of an epoch. */
  readonly searched: ReadonlyMap<number, SearchResult>;
}

/** `clear`: nothing is sealed under the epoch. */
export type SearchResult = 'clear' | 'found';

/** What a node can do now. */
export type Step =
  /** Write this into the state. */
  | { readonly do: 'say'; readonly what: Said; readonly fleet: Fleet }
  /** Make the key of an epoch in this HSM. */
  | { readonly do: 'make-key'; readonly epoch: number }
  /** Open a key that was handed to this node. */
  | { readonly do: 'take-key'; readonly epoch: number; readonly handed: HandedKey }
  /** Say where keys can be sent to. */
  | { readonly do: 'announce' }
  /** Wrap a key for another node. */
  | { readonly do: 'hand-key'; readonly epoch: number; readonly to: NodeId }
  /** Trust a removed node no more. */
  | { readonly do: 'distrust'; readonly node: NodeId }
  /** Seal anew what is sealed under retiring epochs. */
  | { readonly do: 'reseal' }
  /** Look for oneself whether anything is sealed under these epochs. */
  | { readonly do: 'search'; readonly epochs: readonly number[] }
  /** Destroy the key of an epoch for good. */
  | { readonly do: 'destroy-key'; readonly epoch: number };

/** Why the state is written. */
export type Said =
  | 'made'
  | 'holds'
  | 'does-not-hold'
  | 'given-up'
  | 'waits-no-more'
  | 'current'
  | 'seals-under'
  | 'new-epoch'
  | 'lease'
  | 'found'
  | 'destroyed';
