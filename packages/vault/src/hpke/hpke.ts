import { wipe, type Bytes } from '@strongroom/core';
import { aesGcmOpen } from './aes-gcm.ts';
import { keySchedule, labeledExpand, suiteId } from './key-schedule.ts';
import { decapsulate, type XWingPrivateKey } from './xwing.ts';

// RFC 9180, receiver, base mode, one message: X-Wing (0x647a), HKDF-SHA256 (0x0001), AES-256-GCM (0x0002).
const suite = suiteId(0x647a, 0x0001, 0x0002);

/** An opened HPKE message. */
export interface Opened {
  readonly plaintext: Bytes;
  /** RFC 9180 section 5.3, Context.Export: `length` bytes, at most 8160. */
  readonly exportSecret: (exporterContext: Uint8Array, length: number) => Uint8Array;
}

/**
 * RFC 9180 section 6.1, OpenBase: opens the first and only message of a context.
 * @throws StrongroomError `malformed` when it does not open
 */
export function openBase(
  privateKey: XWingPrivateKey,
  enc: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
): Opened {
  const sharedSecret = decapsulate(privateKey, enc);
  const { key, baseNonce, exporterSecret } = keySchedule(suite, sharedSecret, info);
  wipe(sharedSecret);
  try {
    return {
      plaintext: aesGcmOpen(key, baseNonce, aad, ciphertext),
      exportSecret: (context, length) => labeledExpand(suite, exporterSecret, 'sec', context, length),
    };
  } finally {
    wipe(key);
  }
}
