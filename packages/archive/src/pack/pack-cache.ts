import type { Bytes } from '@strongroom/core';

/**
 * Keeps parts of packs on this device, sealed as they lie in the cloud, so that the next backup need not fetch what
 * the pages of a database changed from. It may lose anything at any time, and what it gives is checked like what the
 * cloud gives.
 */
export interface PackCache {
  /** Bytes of a pack, as many as are asked for; none when it does not have them all. */
  read(pack: string, offset: number, length: number): Promise<Bytes | undefined>;
  /** Remembers bytes of a pack. Never throws. */
  write(pack: string, offset: number, bytes: Bytes): Promise<void>;
  /** Drops every pack but these. Never throws. */
  keep(packs: ReadonlySet<string>): Promise<void>;
}
