import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { concat, StrongroomError, toHex, utf8, type Bytes } from '@strongroom/core';
import {
  DirectorySchema,
  SignedDirectorySchema,
  type Directory,
  type SignedDirectory,
} from '@strongroom/wire/vault';
import { sha256 } from './owner.ts';
import { verifySignature, type SigningKey } from './signing.ts';

/** The most vaults a directory may list. */
export const MAX_VAULTS = 8;
/** The most signatures that are looked at. */
export const MAX_SIGNATURES = 16;
const domain = utf8('strongroom directory v1');

/** A directory that was checked, with the hash by which it is pinned. */
export interface CheckedDirectory {
  readonly directory: Directory;
  /** SHA-256 of the serialized directory, lower-case hex. */
  readonly sha256: string;
}

/** Signs a directory with the keys of those who answer for it. */
export async function signDirectory(
  directory: Directory,
  keys: readonly SigningKey[],
): Promise<SignedDirectory> {
  checkDirectory(directory);
  const bytes = toBinary(DirectorySchema, directory);
  const signatures = await Promise.all(
    keys.map(async (key) => ({ publicKey: key.publicKey, signature: await key.sign(concat(domain, bytes)) })),
  );
  return create(SignedDirectorySchema, { directory: bytes, signatures });
}

/**
 * Reads a directory and checks that it is the pinned one and that all its signatures hold.
 * @param pinned its SHA-256 in hex, or `null` to trust the first one seen
 * @throws StrongroomError `directory-changed` when it is another one, `malformed` when it makes no sense
 */
export async function openDirectory(
  signed: SignedDirectory,
  pinned: string | null,
): Promise<CheckedDirectory> {
  const hash = toHex(await sha256(signed.directory));
  if (pinned !== null && hash !== pinned) {
    throw new StrongroomError('directory-changed', { expected: pinned, found: hash });
  }
  const count = signed.signatures.length;
  if (count === 0 || count > MAX_SIGNATURES) throw malformed(`a list of vaults with ${count} signatures`);
  for (const { publicKey, signature } of signed.signatures) {
    const holds = await verifySignature(publicKey, concat(domain, signed.directory), signature);
    if (!holds) throw malformed('a signature of the list of vaults does not hold');
  }
  return { directory: parse(signed.directory), sha256: hash };
}

function parse(bytes: Bytes | Uint8Array): Directory {
  let directory: Directory;
  try {
    directory = fromBinary(DirectorySchema, bytes);
  } catch (cause) {
    throw malformed('the list of vaults', cause);
  }
  checkDirectory(directory);
  return directory;
}

/** @throws StrongroomError `malformed` unless indexes are 1 to n, identities differ, sizes fit and n/2 < t <= n */
export function checkDirectory({ threshold, vaults }: Directory): void {
  const n = vaults.length;
  if (n < 1 || n > MAX_VAULTS) throw malformed(`a list of ${n} vaults`);
  if (threshold > n || 2 * threshold <= n) throw malformed(`a threshold of ${threshold} among ${n} vaults`);
  const indexes = new Set(vaults.map((vault) => vault.index));
  if (indexes.size !== n || ![...indexes].every((index) => index >= 1 && index <= n)) {
    throw malformed('the indexes in the list of vaults');
  }
  if (new Set(vaults.map((vault) => toHex(vault.vaultId))).size !== n)
    throw malformed('a vault listed twice');
  for (const vault of vaults) {
    const fits =
      vault.vaultId.length === 16 && vault.hpkePublicKey.length === 1216 && vault.akePublicKey.length === 32;
    if (!fits) throw malformed('the keys in the list of vaults');
  }
}

function malformed(what: string, cause?: unknown): StrongroomError {
  return new StrongroomError('malformed', { what }, { cause });
}
