import { createHash } from 'node:crypto';
import { fromBinary } from '@bufbuild/protobuf';
import { encode, fromHex, type Bytes } from '@strongroom/core';
import { beginRetrieval, finishRetrieval, preparePassword, type Opened } from '@strongroom/opaque';
import { cheapStretch } from '@strongroom/vault/testing';
import { BegunSchema, type Record as VaultRecord } from '@strongroom/wire/vault';
import type { Inside } from './witness-device.ts';
import type { Needle } from './witness-search.ts';
import type { VaultContents } from './witness-vault.ts';

/** Whose guess it was. */
export interface Guesser {
  readonly tenant: string;
  /** 16 bytes in hex. */
  readonly accountId: string;
  readonly password: string;
}

/**
 * Session keys and KE3 of the last right guess at each record: the guess is made again from what the device drew,
 * and finished with the answer that the vault keeps.
 */
export function sessionNeedles(inside: Inside, vault: VaultContents, guesser: Guesser): Needle[] {
  return vault.records.flatMap((record) => {
    const sessions = replay(inside, vault, record, guesser)?.opened ?? [];
    return sessions.flatMap(({ sessionKey, ke3 }) => [
      { name: 'a session key', value: sessionKey },
      { name: 'a KE3', value: ke3 },
    ]);
  });
}

function replay(
  { drawn }: Inside,
  { fleetKeys: { vaultId, akePublicKey } }: VaultContents,
  { live, lastBegin }: VaultRecord,
  { tenant, accountId, password }: Guesser,
): Opened | undefined {
  const credential = live?.credential;
  if (credential === undefined || lastBegin === undefined) return undefined;
  const { generation } = credential;
  const { ke2, publicShares, proof, stretch } = fromBinary(BegunSchema, lastBegin.reply);
  const { memoryKib: memoryKiB, passes, lanes } = stretch!;
  for (let at = 0; at + 3 <= drawn.length; at++) {
    const again = drawn.slice(at, at + 3).map((bytes) => new Uint8Array(bytes));
    if (again.map(({ length }) => length).join() !== '64,32,32') continue;
    const random = (): Bytes => again.shift()!;
    const state = beginRetrieval({ password: preparePassword(password), vaultIds: [vaultId], random });
    const digest = createHash('sha256')
      .update(encode(generation, state.ke1For(vaultId)))
      .digest();
    if (!digest.equals(lastBegin.digest)) continue;
    const outcome = finishRetrieval(
      state,
      [{ vaultId, index: 1, generation, ke2, publicShares, proof, stretch: { memoryKiB, passes, lanes } }],
      {
        directory: { threshold: 1, vaults: [{ index: 1, vaultId, akePublicKey }] },
        tenant,
        accountId: fromHex(accountId),
        stretch: cheapStretch,
      },
    );
    return outcome.outcome === 'opened' ? outcome : undefined;
  }
  return undefined;
}
