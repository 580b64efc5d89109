import { Buffer } from 'node:buffer';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { StrongroomError, wipe, type Bytes, type Random } from '@strongroom/core';
import {
  ANSWER_CONTEXT,
  channelAad,
  channelInfo,
  CIPHERTEXT_LENGTH,
  ENC_LENGTH,
  KEY_ID_LENGTH,
  pad,
  PADDED_LENGTH,
  unpad,
} from '@strongroom/protocol';
import { SealedRequestSchema, type SealedRequest } from '@strongroom/wire/vault';
import { sealAnswer } from './answer.ts';
import { openBase } from './hpke.ts';
import type { XWingPrivateKey } from './xwing.ts';

/** No sealed request is longer; one as clients make it has 5238 bytes, or 5256 with a key id. */
const MAX_SEALED_REQUEST = 8192;

/**
 * Which key a request is sealed to: empty for the directory's, else the 16-byte id of one that Describe returned.
 * Whoever carried the request may have altered it; only `openRequest` shows that it was not.
 * @throws StrongroomError `malformed` when the request has a wrong size
 */
export function keyIdOf(sealedRequest: Uint8Array): Uint8Array {
  return parse(sealedRequest).keyId;
}

/** A sealed request, and whose it is by the front door's word. */
export interface IncomingRequest {
  /** The private key of an id: empty for the directory's, 16 bytes for one that Describe returned. */
  readonly keys: (keyId: Uint8Array) => XWingPrivateKey | undefined;
  readonly vaultId: Uint8Array;
  readonly tenant: string;
  readonly accountId: Uint8Array;
  /** A serialized SealedRequest. */
  readonly sealedRequest: Uint8Array;
}

/** A request that was opened, and the way to answer whoever sealed it. */
export interface OpenedRequest {
  readonly plaintext: Bytes;
  /** The reply (at most 4094 bytes), padded and sealed: 4144 bytes. @throws StrongroomError `malformed` when too long */
  readonly sealAnswer: (reply: Uint8Array, random: Random) => Bytes;
}

/**
 * Opens a sealed request.
 * @throws StrongroomError `malformed` when a size or the key id is wrong, or when it does not open: altered, or
 * sealed for another vault or as another account's
 */
export function openRequest(incoming: IncomingRequest): OpenedRequest {
  const { vaultId, tenant, accountId } = incoming;
  const { keyId, enc, ciphertext } = parse(incoming.sealedRequest);
  const privateKey = incoming.keys(keyId);
  if (privateKey === undefined) throw malformed('a request sealed to an unknown key');
  const opened = openBase(privateKey, enc, channelInfo(vaultId), channelAad(tenant, accountId), ciphertext);
  const plaintext = unpad(opened.plaintext);
  wipe(opened.plaintext);
  const secret = opened.exportSecret(ANSWER_CONTEXT, 32);
  return {
    plaintext,
    sealAnswer: (reply, random) => sealAnswer(enc, secret, pad(reply, PADDED_LENGTH), random),
  };
}

function parse(bytes: Uint8Array): SealedRequest {
  if (bytes.length > MAX_SEALED_REQUEST) throw malformed(`a sealed request of ${bytes.length} bytes`);
  const request = decode(bytes);
  const { keyId, enc, ciphertext } = request;
  const keyIdFits = keyId.length === 0 || keyId.length === KEY_ID_LENGTH;
  if (!keyIdFits || enc.length !== ENC_LENGTH || ciphertext.length !== CIPHERTEXT_LENGTH) {
    throw malformed('a sealed request of the wrong size');
  }
  if (!isCanonical(request, bytes)) throw malformed('a sealed request in another form than its own');
  return request;
}

function decode(bytes: Uint8Array): SealedRequest {
  try {
    return fromBinary(SealedRequestSchema, bytes);
  } catch (cause) {
    throw malformed('a sealed request', cause);
  }
}

// Readers of Protocol Buffers pass over much that writers never make. A request has one form, so that who carries
// it can change nothing about it.
function isCanonical(request: SealedRequest, bytes: Uint8Array): boolean {
  return Buffer.compare(toBinary(SealedRequestSchema, request, { writeUnknownFields: false }), bytes) === 0;
}

function malformed(what: string, cause?: unknown): StrongroomError {
  return new StrongroomError('malformed', { what }, { cause });
}
