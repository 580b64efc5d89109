import type { Overrides } from './configurations.ts';
import type { CommandLine } from './programs.ts';
import type { LocalHsm } from './settings.ts';

/** What a fleet is made of, where it is not there yet. */
export interface LocalFleetOptions {
  /** Holds all state; made if missing. */
  readonly folder: string;
  /** 1 to 9; 5. */
  readonly sites?: number;
  /** `software`. */
  readonly hsm?: LocalHsm;
  /** Members keep their databases in memory; on disk. */
  readonly inMemory?: boolean;
  /** Of the first front door, the next one has the next; any free ones. */
  readonly port?: number;
  /** Fields of the configuration files that are otherwise than usual. */
  readonly overrides?: Overrides;
  /** How `strongroom` is started; as this process was. */
  readonly command?: CommandLine;
  /** Further arguments of every etcd member. */
  readonly etcdArguments?: readonly string[];
  /** Told what is being done. */
  readonly say?: (line: string) => void;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}
