import { create, toBinary } from '@bufbuild/protobuf';
import { randomBytes, toHex, utf8 } from '@strongroom/core';
import {
  DirectorySchema,
  SignedDirectorySchema,
  type Directory,
  type DirectoryVault,
  type SignedDirectory,
} from '@strongroom/wire/vault';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_SIGNATURES, MAX_VAULTS, openDirectory, signDirectory } from './directory.ts';
import { sha256 } from './owner.ts';
import { signingKeyFromSeed, type SigningKey } from './signing.ts';

const vault = (index: number, change: Partial<DirectoryVault> = {}) => ({
  index,
  vaultId: randomBytes(16),
  hpkePublicKey: randomBytes(1216),
  akePublicKey: randomBytes(32),
  operator: `operator ${index}`,
  ...change,
});
const directoryOf = (n: number, threshold: number): Directory =>
  create(DirectorySchema, {
    epoch: 1n,
    threshold,
    vaults: Array.from({ length: n }, (_, i) => vault(i + 1)),
  });

let keys: readonly [SigningKey, SigningKey];
beforeAll(async () => {
  keys = [await signingKeyFromSeed(randomBytes(32)), await signingKeyFromSeed(randomBytes(32))];
});

/** Signed by whoever, whatever it says. */
async function signAnything(directory: Directory): Promise<SignedDirectory> {
  const signed = await signDirectory(directoryOf(1, 1), [keys[0]]);
  signed.directory = toBinary(DirectorySchema, directory);
  const prefix = utf8('strongroom directory v1');
  const message = new Uint8Array([...prefix, ...signed.directory]);
  signed.signatures[0]!.signature = await keys[0].sign(message);
  return signed;
}
const malformed = expect.objectContaining({ code: 'malformed' });

describe('a signed directory', () => {
  it.for([
    [1, 1],
    [2, 2],
    [3, 2],
    [5, 3],
    [MAX_VAULTS, 5],
  ])('of %i vaults with a threshold of %i opens, with the hash to pin', async ([n, t]) => {
    const directory = directoryOf(n!, t!);
    const signed = await signDirectory(directory, keys);
    const hash = toHex(await sha256(signed.directory));
    expect(await openDirectory(signed, null)).toEqual({ directory, sha256: hash });
    expect(await openDirectory(signed, hash)).toEqual({ directory, sha256: hash });
  });

  it('is refused when it is not the pinned one, and both are named', async () => {
    const [pinned, shown] = [
      await signDirectory(directoryOf(1, 1), keys),
      await signDirectory(directoryOf(1, 1), keys),
    ];
    const [expected, found] = [toHex(await sha256(pinned.directory)), toHex(await sha256(shown.directory))];
    await expect(openDirectory(shown, expected)).rejects.toMatchObject({
      code: 'directory-changed',
      details: { expected, found },
    });
  });

  it('is refused when any signature does not hold, or there is none, or too many', async () => {
    const directory = directoryOf(3, 2);
    const altered = await signDirectory(directory, keys);
    altered.signatures[1]!.signature[5]! ^= 1;
    const swapped = await signDirectory(directory, keys);
    swapped.signatures[0]!.publicKey = keys[1].publicKey;
    const unsigned = await signDirectory(directory, []);
    const many = await signDirectory(
      directory,
      Array.from({ length: MAX_SIGNATURES + 1 }, () => keys[0]),
    );
    for (const bad of [altered, swapped, unsigned, many])
      await expect(openDirectory(bad, null)).rejects.toEqual(malformed);
  });

  it('is refused when a byte of it was altered after signing', async () => {
    const signed = await signDirectory(directoryOf(1, 1), keys);
    for (let at = 0; at < signed.directory.length; at += 37) {
      const altered = new Uint8Array(signed.directory);
      altered[at]! ^= 1;
      const bad = create(SignedDirectorySchema, { ...signed, directory: altered });
      await expect(openDirectory(bad, null)).rejects.toEqual(malformed);
    }
  });

  const nonsense: Record<string, (directory: Directory) => void> = {
    'no vault': (directory) => void (directory.vaults = []),
    'too many vaults': (directory) => void (directory.vaults = directoryOf(MAX_VAULTS + 1, 5).vaults),
    'a threshold of none': (directory) => void (directory.threshold = 0),
    'a threshold of half': (directory) => void (directory.threshold = 1),
    'a threshold above all': (directory) => void (directory.threshold = 4),
    'an index twice': (directory) => void (directory.vaults[1]!.index = 1),
    'an index of zero': (directory) => void (directory.vaults[0]!.index = 0),
    'an index beyond': (directory) => void (directory.vaults[2]!.index = 4),
    'a vault twice': (directory) => void (directory.vaults[1]!.vaultId = directory.vaults[0]!.vaultId),
    'a short vault id': (directory) => void (directory.vaults[0]!.vaultId = randomBytes(15)),
    'a short sealing key': (directory) => void (directory.vaults[0]!.hpkePublicKey = randomBytes(1215)),
    'a long AKE key': (directory) => void (directory.vaults[0]!.akePublicKey = randomBytes(33)),
  };
  it.for(Object.entries(nonsense))('with %s is neither signed nor opened', async ([, change]) => {
    const directory = directoryOf(3, 2);
    change(directory);
    await expect(signDirectory(directory, keys)).rejects.toEqual(malformed);
    await expect(openDirectory(await signAnything(directory), null)).rejects.toEqual(malformed);
  });

  it('that cannot be read is refused', async () => {
    const signed = await signAnything(directoryOf(1, 1));
    signed.directory = randomBytes(50).fill(255);
    const message = new Uint8Array([...utf8('strongroom directory v1'), ...signed.directory]);
    signed.signatures[0]!.signature = await keys[0].sign(message);
    await expect(openDirectory(signed, null)).rejects.toEqual(malformed);
  });
});
