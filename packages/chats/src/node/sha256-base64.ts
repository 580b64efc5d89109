import { createHash } from 'node:crypto';

/** SHA-256 of bytes in base64, as WhatsApp's database has it of every media file. */
export function sha256Base64(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
