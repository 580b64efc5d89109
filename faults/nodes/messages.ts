import type { StoreTrouble } from './troubled-store.ts';

/** What a node's process reads from the file that it is given. */
export interface NodeSettings {
  readonly site: string;
  /** What `strongroom vault` would read, and where from. */
  readonly config: object;
  readonly configPath: string;
  readonly hsmFolder: string;
  /** Where it records what it does. */
  readonly history: string;
  /** The bug that is put in on purpose. */
  readonly bug?: string;
  /** In hexadecimal digits; for bugs that must open records. */
  readonly vaultId?: string;
}

/** What a node is told while it runs. */
export interface ToNode {
  /** Milliseconds by which its clock is to be ahead. */
  readonly clockAhead?: number;
  readonly trouble?: StoreTrouble;
}

/** What a node says once, when it serves. */
export interface FromNode {
  /** A serialized DirectoryVault in hexadecimal digits. */
  readonly ready: string;
}
