import { createHash } from 'node:crypto';
import { encode } from '@strongroom/core';

const groups = 6;
const digits = 5;

/**
 * What two operators read to each other, to see that they have the same public key before them: 30 decimal digits in
 * 6 groups of 5, from SHA-256 of the key under a label of its own.
 *
 * It names one key by itself, whoever chose the other: 10^30 is 2^99.6, and whoever wants to put a key of theirs in
 * the place of one that exists needs as many hashes, with all the time that the key lives. Nothing must be committed
 * to before, and nobody must be fast. (Two keys of one code that the same person made are within 2^50; they would
 * gain by it only if one of the two were made in an HSM, and those make no trillions of keys.) All 30 digits must be
 * compared: the first 10 alone are within a minute's work.
 */
export function shortCode(publicKey: Uint8Array): string {
  const hash = createHash('sha256');
  for (const part of [encode('strongroom short code v1'), publicKey]) hash.update(part);
  // 128 bits over 10^30: no digit is more likely than another by more than 2^-28.
  const number = BigInt(`0x${hash.digest('hex').slice(0, 32)}`) % 10n ** BigInt(groups * digits);
  const text = number.toString().padStart(groups * digits, '0');
  return text.match(/\d{5}/g)!.join(' ');
}
