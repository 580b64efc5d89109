import { equalBytes, StrongroomError } from '@strongroom/core';

/** The most vaults there may be. */
export const mostVaults = 8;

/** Length of a vaultId, an accountId and a generation in bytes. */
export const idLength = 16;

/** One vault of a directory. */
export interface DirectoryVault {
  /** 1 to n, each once: where this vault's key share lies on the polynomial. */
  readonly index: number;
  /** 16 bytes */
  readonly vaultId: Uint8Array;
  /** 32 bytes */
  readonly akePublicKey: Uint8Array;
}

/** The vaults that hold shares of one key, and how many of them it takes. */
export interface Directory {
  /** t, with n/2 < t <= n. */
  readonly threshold: number;
  /** n vaults, in any order. */
  readonly vaults: readonly DirectoryVault[];
}

/** @throws `malformed` unless n is 1 to 8, n/2 < t <= n, the indexes are 1 to n, and ids differ */
export function checkDirectory({ threshold, vaults }: Directory): void {
  checkThreshold(threshold, vaults.length);
  const indexes = vaults.map(({ index }) => index).toSorted((a, b) => a - b);
  if (indexes.some((index, i) => index !== i + 1)) throw malformed('the indexes of the vaults');
  for (const [i, { vaultId, akePublicKey }] of vaults.entries()) {
    if (vaultId.length !== idLength || akePublicKey.length !== 32)
      throw malformed('a vault of the directory');
    const again = vaults.slice(i + 1).some((other) => equalBytes(other.vaultId, vaultId));
    if (again) throw malformed('a vault that is listed twice');
  }
}

/** @throws `malformed` unless n is 1 to 8 and n/2 < t <= n, which makes any two sets of t vaults share one */
export function checkThreshold(threshold: number, n: number): void {
  const counts = Number.isInteger(threshold) && Number.isInteger(n) && n >= 1 && n <= mostVaults;
  if (!counts || threshold > n || 2 * threshold <= n) {
    throw malformed(`a threshold of ${threshold} among ${n} vaults`);
  }
}

function malformed(what: string): StrongroomError {
  return new StrongroomError('malformed', { what });
}
