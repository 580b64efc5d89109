import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { fromHex, randomBytes, toHex } from '@strongroom/core';
import { openDirectory, signDirectory, signingKeyFromSeed, type SigningKey } from '@strongroom/protocol';
import {
  DirectorySchema,
  SignedDirectorySchema,
  type DirectoryVault,
  type SignedDirectory,
} from '@strongroom/wire/vault';

/** The signing key whose seed is in a file; makes the file, readable by its owner alone, when there is none. */
export async function openSigningKey(path: string): Promise<SigningKey> {
  if (!existsSync(path))
    await writeFile(path, `${toHex(randomBytes(32))}\n`, { mode: 0o600, flag: 'wx', flush: true });
  return signingKeyFromSeed(fromHex((await readFile(path, 'utf8')).trim()));
}

/** The signed directory in a file, as long as it lists exactly these vaults; else a new one of the next epoch. */
export async function openDirectoryFile(
  path: string,
  threshold: number,
  vaults: DirectoryVault[],
  key: SigningKey,
): Promise<{ signed: SignedDirectory; sha256: string }> {
  const kept = existsSync(path) ? fromBinary(SignedDirectorySchema, await readFile(path)) : undefined;
  const epoch = kept === undefined ? 0n : fromBinary(DirectorySchema, kept.directory).epoch;
  const same = create(DirectorySchema, { epoch, threshold, vaults });
  if (kept !== undefined && toHex(toBinary(DirectorySchema, same)) === toHex(kept.directory)) {
    return { signed: kept, sha256: (await openDirectory(kept, null)).sha256 };
  }
  const signed = await signDirectory(create(DirectorySchema, { epoch: epoch + 1n, threshold, vaults }), [
    key,
  ]);
  await writeFile(path, toBinary(SignedDirectorySchema, signed), { flush: true });
  return { signed, sha256: (await openDirectory(signed, null)).sha256 };
}
