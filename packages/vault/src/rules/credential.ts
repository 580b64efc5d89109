import { create, fromBinary } from '@bufbuild/protobuf';
import { checkCredential, type ThresholdCredential } from '@strongroom/opaque';
import {
  CredentialSchema,
  StoredCredentialSchema,
  type Credential,
  type StoredCredential,
} from '@strongroom/wire/vault';

/** A credential that a client proposed, or `undefined` when it makes no sense and could never be opened. */
export function parseCredential(bytes: Uint8Array): Credential | undefined {
  try {
    // Fields that nobody checks would be stored with it, and crowd a record that has one size.
    const credential = fromBinary(CredentialSchema, bytes, { readUnknownFields: false });
    checkCredential(toThresholdCredential(credential), credential.threshold);
    return credential;
  } catch {
    return undefined;
  }
}

/** A stored credential as the threshold layer takes it. */
export function toThresholdCredential(credential: Credential): ThresholdCredential {
  const { generation, index, keyShare, publicShares, stretch, sealedKey, ownerPublicKey } = credential;
  const { clientPublicKey, maskingKey, envelope } = credential;
  return {
    generation,
    index,
    keyShare,
    publicShares,
    registrationRecord: { clientPublicKey, maskingKey, envelope },
    stretch: { memoryKiB: stretch?.memoryKib ?? 0, passes: stretch?.passes ?? 0, lanes: stretch?.lanes ?? 0 },
    sealedKey,
    ownerPublicKey,
  };
}

/** What stays of a credential after the last guess: nothing that a password could be tested with. */
export function exhaust(stored: StoredCredential | undefined): StoredCredential | undefined {
  if (stored?.credential === undefined) return undefined;
  const { generation, directoryEpoch, index, threshold, sealedKey, ownerPublicKey } = stored.credential;
  return create(StoredCredentialSchema, {
    since: stored.since,
    ownerApproved: stored.ownerApproved,
    credential: { generation, directoryEpoch, index, threshold, sealedKey, ownerPublicKey },
  });
}
