import { create, toBinary } from '@bufbuild/protobuf';
import { Aes256Gcm, CipherSuite, HkdfSha256, type SenderContext } from '@hpke/core';
import { XWing } from '@hpke/hybridkem-x-wing';
import { copyBytes, StrongroomError, toHex, wipe, type Bytes } from '@strongroom/core';
import { SealedRequestSchema } from '@strongroom/wire/vault';
import { openAnswer } from './channel-answer.ts';
import {
  ANSWER_CONTEXT,
  channelAad,
  channelInfo,
  HPKE_PUBLIC_KEY_LENGTH,
  KEY_ID_LENGTH,
  PADDED_LENGTH,
} from './channel-context.ts';
import { pad } from './padding.ts';

export * from './channel-context.ts';

/** A request to a vault, and whose it is. */
export interface ChannelRequest {
  /** X-Wing, 1216 bytes. */
  readonly hpkePublicKey: Uint8Array;
  /** Which of the vault's keys that is: 16 bytes, or empty for the one in the directory. */
  readonly keyId: Uint8Array;
  readonly vaultId: Uint8Array;
  readonly tenant: string;
  readonly accountId: Uint8Array;
  /** At most 4094 bytes. */
  readonly plaintext: Uint8Array;
}

/** A request that only its vault can open, and the way to open the answer to it. */
export interface SealedCall {
  /** A serialized SealedRequest: of one size for every request under the same kind of key. */
  readonly sealedRequest: Bytes;
  /**
   * The reply in the answer to this request.
   * @throws StrongroomError `malformed` when it does not open; the front door may have altered it
   */
  readonly openAnswer: (sealedAnswer: Uint8Array) => Promise<Bytes>;
}

/**
 * Seals a request to a vault: one HPKE message (RFC 9180 base mode; X-Wing, HKDF-SHA256, AES-256-GCM).
 * @throws StrongroomError `malformed` when the key or its id is none, or the plaintext is too long
 */
export async function sealRequest(request: ChannelRequest): Promise<SealedCall> {
  const { keyId, vaultId, tenant, accountId } = request;
  checkSizes(request);
  const padded = pad(request.plaintext, PADDED_LENGTH);
  const sender = await createSender(request);
  const ciphertext = new Uint8Array(await sender.seal(padded, channelAad(tenant, accountId)));
  wipe(padded);
  const enc = new Uint8Array(sender.enc);
  const secret = new Uint8Array(await sender.export(ANSWER_CONTEXT, 32));
  const sealed = create(SealedRequestSchema, { keyId: copyBytes(keyId), enc, ciphertext });
  const answerKey = { vaultId: copyBytes(vaultId), enc, secret };
  return {
    sealedRequest: toBinary(SealedRequestSchema, sealed),
    openAnswer: (sealedAnswer) => openAnswer(answerKey, sealedAnswer),
  };
}

function checkSizes({ hpkePublicKey, keyId, vaultId }: ChannelRequest): void {
  const keyIdFits = keyId.length === 0 || keyId.length === KEY_ID_LENGTH;
  if (hpkePublicKey.length !== HPKE_PUBLIC_KEY_LENGTH || !keyIdFits) throw badKey(vaultId);
}

async function createSender({ hpkePublicKey, vaultId }: ChannelRequest): Promise<SenderContext> {
  const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  try {
    // The library takes the whole buffer behind an array, so it gets one of its own.
    const recipientPublicKey = await suite.kem.importKey('raw', copyBytes(hpkePublicKey).buffer, true);
    return await suite.createSenderContext({ recipientPublicKey, info: channelInfo(vaultId) });
  } catch (cause) {
    throw badKey(vaultId, cause);
  }
}

function badKey(vaultId: Uint8Array, cause?: unknown): StrongroomError {
  return new StrongroomError('malformed', { what: `the sealing key of vault ${toHex(vaultId)}` }, { cause });
}
