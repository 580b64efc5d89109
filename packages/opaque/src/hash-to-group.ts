import { concat, i2osp, StrongroomError, type Bytes } from '@strongroom/core';
import { isZero, reduce, type Element } from './group.ts';
import { sha512 } from './hash.ts';
import { sodium } from './sodium.ts';

const hashBlockLength = 128;

/** expand_message_xmd with SHA-512 for 64 bytes, which is one block (RFC 9380 section 5.3.1). */
function expandMessage(message: Uint8Array, domainSeparationTag: Uint8Array): Bytes {
  const tag = concat(domainSeparationTag, i2osp(domainSeparationTag.length, 1));
  const first = sha512(new Uint8Array(hashBlockLength), message, i2osp(64, 2), i2osp(0, 1), tag);
  return sha512(first, i2osp(1, 1), tag);
}

/** HashToGroup for ristretto255 (RFC 9497 section 4.1). @throws `malformed` for an input that maps to the identity */
export function hashToGroup(input: Uint8Array, domainSeparationTag: Uint8Array): Element {
  const uniform = expandMessage(input, domainSeparationTag);
  const element = sodium.crypto_core_ristretto255_from_hash(uniform) as Element;
  if (isZero(element)) throw new StrongroomError('malformed', { what: 'the input hashes to the identity' });
  return element;
}

/** HashToScalar for ristretto255 (RFC 9497 section 4.1); the result may be zero. */
export function hashToScalar(input: Uint8Array, domainSeparationTag: Uint8Array): Bytes {
  return reduce(expandMessage(input, domainSeparationTag));
}
