import { concat, i2osp, utf8, wipe, type Bytes } from '@strongroom/core';
import { expand, extract } from './hkdf.ts';

// RFC 9180 sections 4 and 5.1, base mode, over HKDF-SHA256 and an AEAD with 32-byte keys and 12-byte nonces.

const version = utf8('HPKE-v1');
const none = new Uint8Array();
const MODE_BASE = 0x00;

/** `suite_id` of RFC 9180 section 5.1: "HPKE" and the three identifiers. */
export function suiteId(kem: number, kdf: number, aead: number): Bytes {
  return concat(utf8('HPKE'), i2osp(kem, 2), i2osp(kdf, 2), i2osp(aead, 2));
}

/** RFC 9180 section 4, LabeledExtract: 32 bytes. */
export function labeledExtract(
  suite: Uint8Array,
  salt: Uint8Array,
  label: string,
  ikm: Uint8Array,
): Uint8Array {
  return extract(salt, concat(version, suite, utf8(label), ikm));
}

/** RFC 9180 section 4, LabeledExpand: `length` bytes. */
export function labeledExpand(
  suite: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return expand(prk, concat(i2osp(length, 2), version, suite, utf8(label), info), length);
}

/** What RFC 9180 section 5.1 calls a context. */
export interface HpkeContext {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes; the nonce of the first message. */
  readonly baseNonce: Uint8Array;
  /** 32 bytes. */
  readonly exporterSecret: Uint8Array;
}

/** RFC 9180 section 5.1, KeySchedule in base mode: no pre-shared key. */
export function keySchedule(suite: Uint8Array, sharedSecret: Uint8Array, info: Uint8Array): HpkeContext {
  const pskIdHash = labeledExtract(suite, none, 'psk_id_hash', none);
  const infoHash = labeledExtract(suite, none, 'info_hash', info);
  const context = concat(Uint8Array.of(MODE_BASE), pskIdHash, infoHash);
  const secret = labeledExtract(suite, sharedSecret, 'secret', none);
  const key = labeledExpand(suite, secret, 'key', context, 32);
  const baseNonce = labeledExpand(suite, secret, 'base_nonce', context, 12);
  const exporterSecret = labeledExpand(suite, secret, 'exp', context, 32);
  wipe(secret);
  return { key, baseNonce, exporterSecret };
}
