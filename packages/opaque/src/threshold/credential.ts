import { concat, encode, i2osp, StrongroomError, utf8, type Bytes } from '@strongroom/core';
import { envelopeLength } from '../envelope.ts';
import { decodeElement, type Element } from '../group.ts';
import { hkdfExpand, Nh } from '../hash.ts';
import { checkStretch, type StretchParameters } from '../ksf.ts';
import type { RegistrationRecord } from '../messages.ts';
import { checkThreshold, idLength } from './directory.ts';
import { isKeyShareOf, lieOnOnePolynomial } from './shamir.ts';

/** The part of a credential that a guess is evaluated with. */
export interface GuessCredential {
  /** 16 bytes, the same at all vaults of one registration. */
  readonly generation: Uint8Array;
  /** 1 to n, from the directory. */
  readonly index: number;
  /** k_i, 32 bytes. */
  readonly keyShare: Uint8Array;
  /** P_1 to P_n, 32 bytes each. */
  readonly publicShares: readonly Uint8Array[];
  readonly registrationRecord: RegistrationRecord;
  readonly stretch: StretchParameters;
}

/** What one vault stores of a registration. */
export interface ThresholdCredential extends GuessCredential {
  /** The backup key under a key that only the password opens: 48 bytes. */
  readonly sealedKey: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly ownerPublicKey: Uint8Array;
}

/** Length of a sealed key in bytes: the key and the tag of AES-256-GCM. */
export const sealedKeyLength: number = 32 + 16;

/** What both ends of a handshake must agree on. */
export interface ContextParts {
  readonly tenant: string;
  readonly vaultId: Uint8Array;
  readonly generation: Uint8Array;
  readonly index: number;
  readonly threshold: number;
  readonly publicShares: readonly Uint8Array[];
  readonly stretch: StretchParameters;
}

/** RFC 9807's `context` for one vault of one registration. */
export function encodeContext(parts: ContextParts): Bytes {
  const { tenant, vaultId, generation, index, threshold, publicShares, stretch } = parts;
  const counts = [index, threshold, publicShares.length].map((count) => i2osp(count, 2));
  const shares = concat(...publicShares);
  return encode('strongroom v1', tenant, vaultId, generation, ...counts, shares, encodeStretch(stretch));
}

/** The randomized password for one vault, 64 bytes: what a vault learns of its own opens nothing at another. */
export function vaultPassword(rwd: Uint8Array, vaultId: Uint8Array): Bytes {
  return hkdfExpand(rwd, concat(utf8('strongroom vault'), vaultId), Nh);
}

/** Stretching parameters as 12 bytes: memory in KiB, passes and lanes, 4 bytes each. */
export function encodeStretch({ memoryKiB, passes, lanes }: StretchParameters): Bytes {
  return concat(i2osp(memoryKiB, 4), i2osp(passes, 4), i2osp(lanes, 4));
}

/** The public shares as elements. @throws `malformed` when one is none, or there are not n of them */
export function decodePublicShares(publicShares: readonly Uint8Array[], n: number): readonly Element[] {
  if (publicShares.length !== n)
    throw new StrongroomError('malformed', { what: 'the number of public shares' });
  return publicShares.map((share) => decodeElement(share, 'a public share'));
}

/**
 * Whether a proposed credential can ever be opened: sizes and limits hold, the key share belongs to its public
 * share, and all public shares lie on one polynomial. @throws `malformed` with what is wrong
 */
export function checkCredential(credential: ThresholdCredential, threshold: number): void {
  const n = credential.publicShares.length;
  checkThreshold(threshold, n);
  checkSizes(credential);
  checkStretch(credential.stretch);
  decodeElement(credential.registrationRecord.clientPublicKey, "the client's public key");
  const shares = decodePublicShares(credential.publicShares, n);
  const own = shares[credential.index - 1];
  if (!own || !isKeyShareOf(credential.keyShare, own)) refuse('a key share that is not its public share');
  if (!lieOnOnePolynomial(shares, threshold)) refuse('public shares that do not belong together');
}

function checkSizes(credential: ThresholdCredential): void {
  const { generation, registrationRecord, sealedKey, ownerPublicKey } = credential;
  const { maskingKey, envelope } = registrationRecord;
  if (generation.length !== idLength) refuse('the generation');
  if (maskingKey.length !== Nh || envelope.length !== envelopeLength) refuse('the registration record');
  if (sealedKey.length !== sealedKeyLength) refuse('the sealed key');
  if (ownerPublicKey.length !== 32) refuse('the owner key');
}

function refuse(what: string): never {
  throw new StrongroomError('malformed', { what });
}
