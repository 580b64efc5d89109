import { create, toBinary } from '@bufbuild/protobuf';
import { concat, copyBytes, utf8, wipe, type Bytes } from '@strongroom/core';
import {
  ANSWER_CONTEXT,
  channelAad,
  channelInfo,
  PADDED_LENGTH,
  pad,
  RESPONSE_NONCE_LENGTH,
  unpad,
  type ChannelRequest,
} from '@strongroom/protocol';
import { SealedRequestSchema } from '@strongroom/wire/vault';
import { aesGcmOpen, aesGcmSeal } from '../hpke/aes-gcm.ts';
import { expand, extract } from '../hpke/hkdf.ts';
import { keySchedule, labeledExpand, suiteId } from '../hpke/key-schedule.ts';
import { encapsulate } from '../hpke/xwing.ts';

const suite = suiteId(0x647a, 0x0001, 0x0002);

/** A request that was sealed, and the way to open the answer to it. */
export interface QuickCall {
  /** A serialized SealedRequest. */
  readonly sealedRequest: Bytes;
  /** The reply in the answer. @throws StrongroomError `malformed` when it does not open */
  readonly openAnswer: (sealedAnswer: Uint8Array) => Bytes;
}

/**
 * Seals a request as `sealRequest` of the protocol does, but by node:crypto and in a tenth of its time: for whoever
 * needs thousands. @throws StrongroomError `malformed` when the key is none, or the plaintext is too long
 */
export function sealQuickly(request: ChannelRequest): QuickCall {
  const { hpkePublicKey, keyId, vaultId, tenant, accountId, plaintext } = request;
  const { sharedSecret, enc } = encapsulate(hpkePublicKey);
  const { key, baseNonce, exporterSecret } = keySchedule(suite, sharedSecret, channelInfo(vaultId));
  const padded = pad(plaintext, PADDED_LENGTH);
  const ciphertext = aesGcmSeal(key, baseNonce, channelAad(tenant, accountId), padded);
  const secret = labeledExpand(suite, exporterSecret, 'sec', ANSWER_CONTEXT, 32);
  wipe(sharedSecret, key, padded);
  const sealed = create(SealedRequestSchema, { keyId: copyBytes(keyId), enc, ciphertext });
  return {
    sealedRequest: toBinary(SealedRequestSchema, sealed),
    openAnswer: (sealedAnswer) => openAnswer(enc, secret, sealedAnswer),
  };
}

// RFC 9458 section 4.4, the other end of `sealAnswer`.
function openAnswer(enc: Uint8Array, secret: Uint8Array, sealedAnswer: Uint8Array): Bytes {
  const responseNonce = sealedAnswer.subarray(0, RESPONSE_NONCE_LENGTH);
  const prk = extract(concat(enc, responseNonce), secret);
  const [key, nonce] = [expand(prk, utf8('key'), 32), expand(prk, utf8('nonce'), 12)];
  return unpad(aesGcmOpen(key, nonce, new Uint8Array(), sealedAnswer.subarray(RESPONSE_NONCE_LENGTH)));
}
