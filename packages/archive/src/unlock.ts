import { create } from '@bufbuild/protobuf';
import { type Bytes, copyBytes } from '@strongroom/core';
import {
  KeyUnlockSchema,
  PasskeyUnlockSchema,
  PasswordUnlockSchema,
  type UnlockWay as WireWay,
  UnlockWaySchema,
} from '@strongroom/wire/archive';

/** A way to get at the backup key. */
export type UnlockWay =
  | { readonly way: 'password'; readonly directoryEpoch: number }
  | { readonly way: 'key' }
  | PasskeyWay;

/** A passkey whose PRF output opens the wrapped backup key. */
export interface PasskeyWay {
  readonly way: 'passkey';
  readonly credentialId: Bytes;
  readonly relyingParty: string;
  /** 32 random bytes. */
  readonly salt: Bytes;
  /** Nonce (12 bytes) and sealed backup key, as `wrapKey` makes it. */
  readonly wrappedKey: Bytes;
}

/** The message of a way to unlock. */
export function encodeWay(way: UnlockWay): WireWay {
  return create(UnlockWaySchema, { way: wireWay(way) });
}

function wireWay(way: UnlockWay): WireWay['way'] {
  if (way.way === 'key') return { case: 'key', value: create(KeyUnlockSchema) };
  if (way.way === 'password') {
    const directoryEpoch = BigInt(way.directoryEpoch);
    return { case: 'password', value: create(PasswordUnlockSchema, { directoryEpoch }) };
  }
  const { credentialId, relyingParty, salt, wrappedKey } = way;
  return {
    case: 'passkey',
    value: create(PasskeyUnlockSchema, { credentialId, relyingParty, salt, wrappedKey }),
  };
}

/** The way to unlock of a message; none when this version does not know it. */
export function decodeWay({ way }: WireWay): UnlockWay | undefined {
  if (way.case === 'password') return { way: 'password', directoryEpoch: Number(way.value.directoryEpoch) };
  if (way.case === 'key') return { way: 'key' };
  if (way.case !== 'passkey') return undefined;
  const { credentialId, relyingParty, salt, wrappedKey } = way.value;
  return {
    way: 'passkey',
    credentialId: copyBytes(credentialId),
    relyingParty,
    salt: copyBytes(salt),
    wrappedKey: copyBytes(wrappedKey),
  };
}
