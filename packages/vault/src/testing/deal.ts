import { create, toBinary } from '@bufbuild/protobuf';
import { randomBytes, toHex, utf8, type Bytes } from '@strongroom/core';
import { register, type Directory, type ThresholdCredential } from '@strongroom/opaque';
import { CredentialSchema, type Credential } from '@strongroom/wire/vault';
import { TestOwner } from './owner.ts';
import { cheapStretch } from './stretch.ts';

/** What a registration is dealt from; what is missing is drawn afresh. */
export interface DealOptions {
  readonly directory: Directory & { readonly epoch?: bigint };
  /** 16 bytes. */
  readonly accountId: Bytes;
  readonly password: string;
  readonly owner?: TestOwner;
  /** 32 bytes. */
  readonly backupKey?: Bytes;
  /** 16 bytes. */
  readonly generation?: Bytes;
}

/** One registration of a password, as its holder knows it. */
export interface Dealt {
  readonly password: string;
  readonly owner: TestOwner;
  readonly backupKey: Bytes;
  readonly generation: Bytes;
  /** By vaultId in hex. */
  readonly credentials: ReadonlyMap<string, Credential>;
}

/** Registers a password through the threshold layer: really, but for the stretching. */
export async function deal(options: DealOptions): Promise<Dealt> {
  const { directory, accountId, password } = options;
  const { owner = new TestOwner(), backupKey = randomBytes(32), generation = randomBytes(16) } = options;
  const dealt = await register({
    password: utf8(password),
    accountId,
    generation,
    directory,
    backupKey,
    ownerPublicKey: owner.publicKey,
    stretch: cheapStretch,
  });
  const credentials = directory.vaults.map(
    ({ vaultId }, i) => [toHex(vaultId), toWire(dealt[i]!, directory)] as const,
  );
  return { password, owner, backupKey, generation, credentials: new Map(credentials) };
}

/** What a vault gets of a registration: a serialized Credential. */
export function credentialFor(dealt: Dealt, vaultId: Uint8Array): Bytes {
  return toBinary(CredentialSchema, dealt.credentials.get(toHex(vaultId))!);
}

function toWire(dealt: ThresholdCredential, directory: DealOptions['directory']): Credential {
  const { generation, index, keyShare, publicShares, sealedKey, ownerPublicKey } = dealt;
  const { clientPublicKey, maskingKey, envelope } = dealt.registrationRecord;
  const { memoryKiB, passes, lanes } = dealt.stretch;
  return create(CredentialSchema, {
    generation,
    directoryEpoch: directory.epoch ?? 1n,
    index,
    threshold: directory.threshold,
    keyShare,
    publicShares: [...publicShares],
    clientPublicKey,
    maskingKey,
    envelope,
    sealedKey,
    ownerPublicKey,
    stretch: { memoryKib: memoryKiB, passes, lanes },
  });
}
