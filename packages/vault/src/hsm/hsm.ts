import type { Bytes, Secret } from '@strongroom/core';

/**
 * Holds the sealing keys of a vault node, one an epoch; none of them leaves it but wrapped, for another node's HSM
 * that an officer trusts. Every adapter passes the same conformance suite.
 *
 * Epochs are 1 to 2^32 - 1. Everything fails with `StrongroomError` `hsm`, whose `problem` says why: besides those
 * named below `unavailable` (the HSM does not answer, or was closed), `wrong-pin` and `refused`.
 */
export interface Hsm {
  /** The epochs whose sealing keys it holds, ascending. */
  epochs(): Promise<readonly number[]>;

  /**
   * Seals a plaintext of any size under an epoch's key; epoch and additional data are bound to it. Equal inputs
   * seal differently each time. 48 bytes longer than the plaintext. @throws `no-such-epoch`
   */
  seal(epoch: number, aad: Uint8Array, plaintext: Uint8Array): Promise<Bytes>;

  /**
   * Opens what `seal` made, here or in another HSM that holds the key. @throws `no-such-epoch`; `does-not-open` when
   * anything was changed, or it was sealed by another key, under another epoch or under other data
   */
  open(epoch: number, aad: Uint8Array, sealed: Uint8Array): Promise<Bytes>;

  /** Makes the key of an epoch inside. @throws `epoch-exists`: a key is never made anew */
  makeKey(epoch: number): Promise<void>;

  /** Destroys the key of an epoch for good: this very key is never taken over again. A second time is fine. */
  destroyKey(epoch: number): Promise<void>;

  /** 16 bytes that are equal in HSMs that hold the same key of an epoch, and say nothing about it. @throws `no-such-epoch` */
  keyCheck(epoch: number): Promise<Bytes>;

  /**
   * The public transport key of this HSM, made on first use: what other HSMs wrap keys for, and what shows them that
   * a wrapped key is from here. `shortCode` of it is what people compare.
   */
  transportKey(): Promise<Bytes>;

  /**
   * An officer says that keys may leave for this peer, and come from it.
   * @param peer the peer's transport key
   * @param officer the security officer's PIN, for HSMs that have such an officer
   * @throws `wrong-pin`; `refused` for what is no transport key
   */
  trust(peer: Uint8Array, officer?: Secret<string>): Promise<void>;

  /** Takes that back. It needs no officer, so that it is quickly done; a second time is fine. */
  distrust(peer: Uint8Array): Promise<void>;

  /** The transport keys of the peers that are trusted. */
  trusted(): Promise<readonly Bytes[]>;

  /**
   * The key of an epoch, wrapped for a trusted peer and signed. Send it over a channel with forward secrecy and store
   * it nowhere: with the peer's HSM at hand it can be opened as long as the peer keeps its transport key.
   * @throws `no-such-epoch`, `not-trusted`
   */
  wrapKey(epoch: number, peer: Uint8Array): Promise<Bytes>;

  /**
   * Takes over the key of an epoch that a trusted peer wrapped for this HSM. The same key a second time is fine.
   * @throws `not-trusted` when it is from somebody else; `epoch-exists` when there is another key of that epoch;
   * `refused` when it was changed, is for another HSM or epoch, or was destroyed here
   */
  unwrapKey(epoch: number, wrapped: Uint8Array): Promise<void>;

  /** Waits for what is under way and lets go of the HSM. A second time is fine. */
  close(): Promise<void>;
}
