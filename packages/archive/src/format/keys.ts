import { type Bytes, type Secret, utf8, wipe } from '@strongroom/core';

/** The backup key `K`: 32 bytes. */
export type BackupKey = Secret<Bytes>;

/** The keys of an archive, each for one purpose (page "The archive", table of labels). */
export interface ArchiveKeys {
  /** 16 bytes that tell whether a key is the right one. */
  readonly check: Bytes;
  /** Authenticates the descriptor, HMAC-SHA-256. */
  readonly descriptor: CryptoKey;
  /** Names chunks, HMAC-SHA-256. */
  readonly chunkId: CryptoKey;
  /** Decides where the manifest is cut, HMAC-SHA-256: 32 bytes. */
  readonly manifestCut: Bytes;
  /** The keys of a pack with this 32-byte salt. */
  pack(salt: Bytes): Promise<PackKeys>;
  /** The key of a snapshot with this 32-byte salt. */
  snapshot(salt: Bytes): Promise<CryptoKey>;
}

/** The AES-256-GCM keys of one pack. */
export interface PackKeys {
  readonly chunks: CryptoKey;
  readonly table: CryptoKey;
  readonly trailer: CryptoKey;
}

/** Derives every key of an archive from its backup key (HKDF-SHA-256, RFC 5869). */
export async function deriveKeys(key: BackupKey): Promise<ArchiveKeys> {
  const root = await importRoot(key);
  return {
    check: await keyCheck(key),
    descriptor: await hmacKey(await expand(root, 'strongroom descriptor', 32), ['sign', 'verify']),
    chunkId: await hmacKey(await expand(root, 'strongroom chunk id', 32), ['sign']),
    manifestCut: await expand(root, 'strongroom manifest cut', 32),
    pack: (salt) => packKeys(root, salt),
    snapshot: async (salt) => aesKey(await expand(root, 'strongroom snapshot', 32, salt)),
  };
}

/** 16 bytes that say whether a key is an archive's, and nothing more about it. */
export async function keyCheck(key: BackupKey): Promise<Bytes> {
  return expand(await importRoot(key), 'strongroom key check', 16);
}

/** The 32-byte seed of the Ed25519 owner key of the vault protocol. */
export async function ownerSeed(key: BackupKey): Promise<Bytes> {
  return expand(await importRoot(key), 'strongroom owner', 32);
}

async function packKeys(root: CryptoKey, salt: Bytes): Promise<PackKeys> {
  const keys = await expand(root, 'strongroom pack', 96, salt);
  const [chunks, table, trailer] = await Promise.all([
    aesKey(keys.slice(0, 32)),
    aesKey(keys.slice(32, 64)),
    aesKey(keys.slice(64, 96)),
  ]);
  wipe(keys);
  return { chunks, table, trailer };
}

function importRoot(key: BackupKey): Promise<CryptoKey> {
  const bytes = key.reveal();
  if (bytes.length !== 32) throw new RangeError('a backup key is 32 bytes');
  return crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveBits']);
}

async function expand(
  root: CryptoKey,
  label: string,
  length: number,
  salt = new Uint8Array(),
): Promise<Bytes> {
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8(label) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, root, 8 * length));
}

async function aesKey(bytes: Bytes): Promise<CryptoKey> {
  const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
  wipe(bytes);
  return key;
}

async function hmacKey(bytes: Bytes, uses: KeyUsage[]): Promise<CryptoKey> {
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, uses);
  wipe(bytes);
  return key;
}
