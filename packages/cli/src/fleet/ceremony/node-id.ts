import { createHash } from 'node:crypto';

/** What a fleet calls a node: SHA-256 of its transport key, in hex. */
export function nodeIdOf(transportKey: Uint8Array): string {
  return createHash('sha256').update(transportKey).digest('hex');
}
