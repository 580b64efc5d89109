import type { Bytes } from '@strongroom/core';

/** Holds the sealing key, which never leaves it. Every adapter passes the same conformance suite. */
export interface Hsm {
  /** Seals a plaintext under additional data. Equal inputs seal differently each time. */
  seal(aad: Uint8Array, plaintext: Uint8Array): Promise<Bytes>;
  /** Opens what `seal` made. @throws Error when anything was changed, or it was sealed by another key or under other data */
  open(aad: Uint8Array, sealed: Uint8Array): Promise<Bytes>;
}
