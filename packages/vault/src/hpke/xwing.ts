import {
  createPrivateKey,
  createPublicKey,
  decapsulate as mlKemDecapsulate,
  diffieHellman,
  encapsulate as mlKemEncapsulate,
  generateKeyPairSync,
  hash,
  type KeyObject,
} from 'node:crypto';
import { concat, randomBytes, StrongroomError, utf8, wipe, type Bytes, type Random } from '@strongroom/core';

// X-Wing (draft-connolly-cfrg-xwing-kem, versions 05 and later; HPKE KEM id 0x647a): ML-KEM-768 and X25519 in one.

/** The private key as it is kept: 32 bytes. */
export const SEED_LENGTH = 32;
/** `pk_M || pk_X`, 1216 bytes. */
export const PUBLIC_KEY_LENGTH = 1216;
/** `ct_M || ct_X`, 1120 bytes. */
export const ENC_LENGTH = 1120;
const ML_KEM_PUBLIC_KEY_LENGTH = 1184;
const ML_KEM_CIPHERTEXT_LENGTH = 1088;
const ML_KEM_SEED_LENGTH = 64;

const label = utf8('\\.//^\\');

/** A private key ready for use: expanding the seed costs more than decapsulating. */
export interface XWingPrivateKey {
  readonly mlKem: KeyObject;
  readonly x25519: KeyObject;
  /** 1216 bytes. */
  readonly publicKey: Bytes;
}

/** Draft section 5.2, expandDecapsulationKey. @throws StrongroomError `malformed` unless the seed has 32 bytes */
export function xwingPrivateKey(seed: Uint8Array): XWingPrivateKey {
  checkLength(seed, SEED_LENGTH, 'an X-Wing seed');
  const expanded = hash('shake256', seed, { outputEncoding: 'buffer', outputLength: 96 });
  const [seedM, skX] = [expanded.subarray(0, ML_KEM_SEED_LENGTH), expanded.subarray(ML_KEM_SEED_LENGTH)];
  const mlKem = createPrivateKey({ key: seedM, format: 'raw-seed', asymmetricKeyType: 'ml-kem-768' });
  const x25519 = createPrivateKey({ key: skX, format: 'raw-private', asymmetricKeyType: 'x25519' });
  wipe(expanded);
  return { mlKem, x25519, publicKey: concat(rawPublic(mlKem), rawPublic(x25519)) };
}

/** The public key (1216 bytes) of a seed (32 bytes). @throws StrongroomError `malformed` unless it has 32 bytes */
export function publicKeyOf(seed: Uint8Array): Bytes {
  return xwingPrivateKey(seed).publicKey;
}

/** Draft section 5.2, GenerateKeyPair: the seed (32 bytes) is what is kept of the private key. */
export function generateKeyPair(random: Random = randomBytes): { seed: Bytes; privateKey: XWingPrivateKey } {
  const seed = random(SEED_LENGTH);
  return { seed, privateKey: xwingPrivateKey(seed) };
}

/**
 * Draft section 5.4, Encapsulate. The platform's ML-KEM draws its own randomness: there is no derandomized form.
 * @throws StrongroomError `malformed` when the public key has another size or fails the check of FIPS 203 section 7.2
 */
export function encapsulate(publicKey: Uint8Array): { sharedSecret: Bytes; enc: Bytes } {
  checkLength(publicKey, PUBLIC_KEY_LENGTH, 'an X-Wing public key');
  const pkM = mlKemPublicKey(publicKey.subarray(0, ML_KEM_PUBLIC_KEY_LENGTH));
  const pkX = publicKey.subarray(ML_KEM_PUBLIC_KEY_LENGTH);
  const { sharedKey: ssM, ciphertext: ctM } = mlKemEncapsulate(pkM);
  const { privateKey: ekX } = generateKeyPairSync('x25519');
  const ctX = rawPublic(ekX);
  return { sharedSecret: combine(ssM, x25519(ekX, pkX), ctX, pkX), enc: concat(ctM, ctX) };
}

/**
 * Draft section 5.5, Decapsulate: 32 bytes. An encapsulation that was made for another key gives another secret,
 * not an error.
 * @throws StrongroomError `malformed` unless `enc` has 1120 bytes
 */
export function decapsulate(privateKey: XWingPrivateKey, enc: Uint8Array): Bytes {
  checkLength(enc, ENC_LENGTH, 'an X-Wing encapsulation');
  const ctM = enc.subarray(0, ML_KEM_CIPHERTEXT_LENGTH);
  const ctX = enc.subarray(ML_KEM_CIPHERTEXT_LENGTH);
  const pkX = privateKey.publicKey.subarray(ML_KEM_PUBLIC_KEY_LENGTH);
  return combine(mlKemDecapsulate(privateKey.mlKem, ctM), x25519(privateKey.x25519, ctX), ctX, pkX);
}

// Draft section 5.3.
function combine(ssM: Uint8Array, ssX: Uint8Array, ctX: Uint8Array, pkX: Uint8Array): Bytes {
  const input = concat(ssM, ssX, ctX, pkX, label);
  const sharedSecret = hash('sha3-256', input, 'buffer');
  wipe(ssM, ssX, input);
  return sharedSecret;
}

function x25519(privateKey: KeyObject, u: Uint8Array): Uint8Array {
  const publicKey = createPublicKey({ key: u, format: 'raw-public', asymmetricKeyType: 'x25519' });
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch (error) {
    // The draft takes X25519 as RFC 7748 section 5 defines it, for every `u`. OpenSSL refuses to return zero.
    if (isZeroResult(error)) return new Uint8Array(32);
    throw error;
  }
}

function isZeroResult(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_OSSL_FAILED_DURING_DERIVATION';
}

function mlKemPublicKey(key: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key, format: 'raw-public', asymmetricKeyType: 'ml-kem-768' });
  } catch (cause) {
    throw new StrongroomError('malformed', { what: 'an X-Wing public key' }, { cause });
  }
}

function rawPublic(privateKey: KeyObject): Uint8Array {
  return createPublicKey(privateKey).export({ format: 'raw-public' });
}

function checkLength(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length)
    throw new StrongroomError('malformed', { what: `${what} of ${bytes.length} bytes` });
}
