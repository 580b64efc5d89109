import { type Bytes, type Secret, toHex, utf8, wipe } from '@strongroom/core';

/** Bytes of a backup key. */
export const backupKeyLength = 32;

/** The backup key `K`: 32 bytes. */
export type BackupKey = Secret<Bytes>;

/** The keys derived from one backup key, each for one purpose (page "The archive", table of labels). */
export interface ArchiveKeys {
  /** The backup key itself: the next snapshots keep it when another takes its place. */
  readonly backupKey: BackupKey;
  /** 16 bytes that tell which backup key it is. */
  readonly check: Bytes;
  /** The same as 32 hexadecimal digits. */
  readonly id: string;
  /** Authenticates the descriptor, HMAC-SHA-256. */
  readonly descriptor: CryptoKey;
  /** Names chunks, HMAC-SHA-256. */
  readonly chunkId: CryptoKey;
  /** Decides where the manifest is cut, HMAC-SHA-256: 32 bytes. */
  readonly manifestCut: Bytes;
  /** The keys of a pack with this 32-byte salt. */
  pack(salt: Bytes): Promise<PackKeys>;
  /** The AES-256-GCM key of a snapshot or prune mark with this 32-byte salt. */
  sealed(label: SealedLabel, salt: Bytes): Promise<CryptoKey>;
}

/** What is sealed whole, each under keys of its own. */
export type SealedLabel = 'strongroom snapshot' | 'strongroom prune';

/** The AES-256-GCM keys of one pack. */
export interface PackKeys {
  readonly chunks: CryptoKey;
  readonly table: CryptoKey;
  readonly trailer: CryptoKey;
}

/** Bytes of a key check. */
export const keyCheckLength = 16;

/** Derives every key from a backup key (HKDF-SHA-256, RFC 5869). */
export async function deriveKeys(key: BackupKey): Promise<ArchiveKeys> {
  const root = await importRoot(key);
  const check = await keyCheck(key);
  return {
    backupKey: key,
    check,
    id: toHex(check),
    descriptor: await hmacKey(await expand(root, 'strongroom descriptor', 32), ['sign', 'verify']),
    chunkId: await hmacKey(await expand(root, 'strongroom chunk id', 32), ['sign'], true),
    manifestCut: await expand(root, 'strongroom manifest cut', 32),
    pack: (salt) => packKeys(root, salt),
    sealed: async (label, salt) => aesKey(await expand(root, label, 32, salt)),
  };
}

/** 16 bytes that say whether a key is an archive's, and nothing more about it. */
export async function keyCheck(key: BackupKey): Promise<Bytes> {
  return expand(await importRoot(key), 'strongroom key check', keyCheckLength);
}

/** The 32-byte seed of the Ed25519 owner key of the vault protocol. */
export async function ownerSeed(key: BackupKey): Promise<Bytes> {
  return expand(await importRoot(key), 'strongroom owner', 32);
}

async function packKeys(root: CryptoKey, salt: Bytes): Promise<PackKeys> {
  const keys = await expand(root, 'strongroom pack', 96, salt);
  const [chunks, table, trailer] = await Promise.all([
    aesKey(keys.slice(0, 32), true),
    aesKey(keys.slice(32, 64)),
    aesKey(keys.slice(64, 96)),
  ]);
  wipe(keys);
  return { chunks, table, trailer };
}

function importRoot(key: BackupKey): Promise<CryptoKey> {
  const bytes = key.reveal();
  if (bytes.length !== backupKeyLength) throw new RangeError('a backup key is 32 bytes');
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

async function aesKey(bytes: Bytes, forChunks = false): Promise<CryptoKey> {
  const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', forChunks, ['encrypt', 'decrypt']);
  wipe(bytes);
  return key;
}

/**
 * A key for HMAC-SHA-256. The bytes are wiped.
 * @param forChunks it can be taken out: threads that work on chunks may use quicker primitives than WebCrypto's
 */
export async function hmacKey(bytes: Bytes, uses: KeyUsage[], forChunks = false): Promise<CryptoKey> {
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, forChunks, uses);
  wipe(bytes);
  return key;
}
