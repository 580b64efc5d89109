import { create } from '@bufbuild/protobuf';
import { type Bytes, copyBytes } from '@strongroom/core';
import { type UnlockWay as WireWay, UnlockWaySchema } from '@strongroom/wire/archive';

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
  switch (way.way) {
    case 'password':
      return create(UnlockWaySchema, {
        way: { case: 'password', value: { directoryEpoch: BigInt(way.directoryEpoch) } },
      });
    case 'key':
      return create(UnlockWaySchema, { way: { case: 'key', value: {} } });
    case 'passkey': {
      const { way: _, ...value } = way;
      return create(UnlockWaySchema, { way: { case: 'passkey', value } });
    }
  }
}

/** The way to unlock of a message; none when this version does not know it. */
export function decodeWay({ way }: WireWay): UnlockWay | undefined {
  switch (way.case) {
    case 'password':
      return { way: 'password', directoryEpoch: Number(way.value.directoryEpoch) };
    case 'key':
      return { way: 'key' };
    case 'passkey':
      return {
        way: 'passkey',
        credentialId: copyBytes(way.value.credentialId),
        relyingParty: way.value.relyingParty,
        salt: copyBytes(way.value.salt),
        wrappedKey: copyBytes(way.value.wrappedKey),
      };
    case undefined:
      return undefined;
  }
}
