import { readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import { fromHex, StrongroomError, toHex, wipe, type Bytes } from '@strongroom/core';
import { openDirectory, signingKeyFromSeed, type SigningKey } from '@strongroom/protocol';
import { SignedDirectorySchema, type SignedDirectory } from '@strongroom/wire/vault';
import type { FrontDoorConfig } from './config/config.ts';

/** The key that signs account tokens: its seed is in the file, 64 hexadecimal digits. @throws StrongroomError `wrong-usage` */
export async function readTokenKey(path: string): Promise<SigningKey> {
  const text = read(path, 'tokenKeyFile').toString('latin1').trim();
  if (!/^[0-9a-f]{64}$/i.test(text)) throw wrong(path, 'tokenKeyFile', 'holds no key: 64 hexadecimal digits');
  const seed = fromHex(text);
  const key = await signingKeyFromSeed(seed);
  wipe(seed);
  return key;
}

/** The list of vaults that a front door hands out, and how many of them must answer. */
export interface ReadDirectory {
  readonly signed: SignedDirectory;
  readonly threshold: number;
}

/** Reads the list of vaults. @throws StrongroomError `wrong-usage` when it is none, or lists other vaults than are configured */
export async function readDirectory({
  directoryFile: path,
  vaults,
}: Pick<FrontDoorConfig, 'directoryFile' | 'vaults'>): Promise<ReadDirectory> {
  const signed = parse(new Uint8Array(read(path, 'directoryFile')), path);
  const { directory } = await openDirectory(signed, null).catch((cause: unknown) => {
    throw wrong(path, 'directoryFile', 'is not signed as a list of vaults must be', cause);
  });
  const listed = directory.vaults.map(({ vaultId }) => toHex(vaultId)).toSorted();
  const configured = vaults.map(({ vaultId }) => vaultId).toSorted();
  if (listed.join() !== configured.join())
    throw wrong(path, 'vaults', 'lists other vaults than are configured');
  return { signed, threshold: directory.threshold };
}

function parse(bytes: Bytes, path: string): SignedDirectory {
  try {
    return fromBinary(SignedDirectorySchema, bytes);
  } catch (cause) {
    throw wrong(path, 'directoryFile', 'is no list of vaults', cause);
  }
}

function read(path: string, field: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw wrong(path, field, 'cannot be read', cause);
  }
}

function wrong(path: string, field: string, what: string, cause?: unknown): StrongroomError {
  return new StrongroomError('wrong-usage', { why: `"${field}": ${path} ${what}.` }, { cause });
}
