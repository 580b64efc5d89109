import type { MemberRole } from './cluster.ts';

/** Why a vault node does not serve: `down`, or the word of its readiness. */
export type VaultState = 'ready' | 'down' | (string & {});

/** How a site is. */
export interface SiteStatus {
  readonly site: string;
  readonly etcd: MemberRole;
  /** The member lost its database, and has to be replaced. */
  readonly isEmpty: boolean;
  readonly vault: VaultState;
}

/** How a front door is. */
export interface DoorStatus {
  readonly door: string;
  readonly url: string;
  readonly state: VaultState;
}

/** How a fleet is. */
export interface FleetStatus {
  readonly sites: readonly SiteStatus[];
  readonly doors: readonly DoorStatus[];
}
