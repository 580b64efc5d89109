import { encode, type Bytes } from '@strongroom/core';
import { sha256 } from './ownership.ts';
import type { Situation } from './situation.ts';

const length = 16;

/**
 * What tells an event from every other: 16 bytes, the same however often the request is repeated that brought it about.
 * They tell the front door nothing: what goes into the hash was drawn at random by client or vault, and sealed.
 */
export function eventId(
  { vault, tenant, accountId }: Situation,
  kind: 'begin' | 'finish',
  ...parts: readonly (Uint8Array | string)[]
): Bytes {
  const named = encode('strongroom event v1', vault.vaultId, tenant, accountId, kind, ...parts);
  return sha256(named).slice(0, length);
}
