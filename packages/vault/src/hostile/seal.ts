import { create, toBinary } from '@bufbuild/protobuf';
import type { Bytes } from '@strongroom/core';
import { channelAad, channelInfo } from '@strongroom/protocol';
import { SealedRequestSchema } from '@strongroom/wire/vault';
import { aesGcmSeal } from '../hpke/aes-gcm.ts';
import { keySchedule, suiteId } from '../hpke/key-schedule.ts';
import { encapsulate } from '../hpke/xwing.ts';

const suite = suiteId(0x647a, 0x0001, 0x0002);

/** Whom a request is sealed to, and as whose. */
export interface Address {
  /** X-Wing, 1216 bytes. */
  readonly hpkePublicKey: Uint8Array;
  /** 16 bytes, or none. */
  readonly keyId?: Uint8Array;
  readonly vaultId: Uint8Array;
  readonly tenant: string;
  readonly accountId: Uint8Array;
}

/** A request as RFC 9180 seals it, around anything at all: by a client that keeps to no rule. */
export function sealAnything(address: Address, padded: Uint8Array): Bytes {
  const { hpkePublicKey, keyId = new Uint8Array(), vaultId, tenant, accountId } = address;
  const { sharedSecret, enc } = encapsulate(hpkePublicKey);
  const { key, baseNonce } = keySchedule(suite, sharedSecret, channelInfo(vaultId));
  const ciphertext = aesGcmSeal(key, baseNonce, channelAad(tenant, accountId), padded);
  const sealed = create(SealedRequestSchema, { keyId: new Uint8Array(keyId), enc, ciphertext });
  return new Uint8Array(toBinary(SealedRequestSchema, sealed));
}
