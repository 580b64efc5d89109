import type { Command } from '../process/command.ts';

/** Where repositories are: in a folder of this disk, or at a server that is as far away as a cloud. */
export type CloudKind = 'folder' | 'slow';

/** The states of the folder that are backed up, one after the other. The last one is like the one before. */
export type State = 'day-1' | 'day-2' | 'unchanged';

/** Where a peer works in one round. */
export interface Place {
  /** Empty, of its own, and gone after the round: repository, caches, keys. */
  readonly work: string;
  /** Holds the folder that is backed up. */
  readonly phone: string;
  /** That folder's name. */
  readonly folder: string;
  /** The messages, from that folder. */
  readonly database: string;
  readonly cloud: CloudKind;
}

/** A repository, ready for its first backup. Its commands are measured; all else is not. */
export interface Repository {
  /** What a cloud would hold. */
  readonly stored: string;
  /** The command that backs up the folder, now in this state. */
  backup(state: State): Command;
  /** The command that brings all of the newest state, named here, back below a target folder. */
  restore(state: State, target: string): Command;
  /** The same for the messages alone. */
  restoreMessages(state: State, target: string): Command;
  /** The command that checks every byte of what is stored. */
  verify(state: State): Command;
  /** Where below the target the restored folder is. */
  restoredIn(target: string): string;
  /** Stops what serves it. */
  close(): Promise<void>;
}

/** A program that makes backups, ours among them. */
export interface Peer {
  readonly name: string;
  /** Debian packages that bring it; none for ours. */
  readonly packages: readonly string[];
  /** How it is used here, in a few words. */
  readonly how: string;
  /** What the person who reads the numbers must know, if anything. */
  readonly remark?: string;
  /** Its version; null when it is not installed. */
  version(): Promise<string | null>;
  /** Why it cannot be compared over this cloud; null when it can. */
  whyNotOver(cloud: CloudKind): Promise<string | null>;
  /** Makes a repository. */
  open(place: Place): Promise<Repository>;
}
