/**
 * HalfSipHash-2-4, the 32-bit sibling of SipHash (Aumasson and Bernstein): a keyed hash that is fast for
 * short texts. Here it decides where the manifest is cut, so that nobody can choose file names for that.
 *
 * @param key 8 bytes
 * @returns an unsigned 32-bit integer
 */
export function halfSipHash(key: Uint8Array, message: Uint8Array): number {
  const keyView = new DataView(key.buffer, key.byteOffset, 8);
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const k0 = keyView.getUint32(0, true);
  const k1 = keyView.getUint32(4, true);
  const v: State = [k0, k1, 0x6c796765 ^ k0, 0x74656462 ^ k1];
  const whole = message.length - (message.length % 4);
  for (let at = 0; at < whole; at += 4) absorb(v, view.getUint32(at, true));
  absorb(v, lastWord(message, whole));
  v[2] ^= 0xff;
  for (let i = 0; i < 4; i++) round(v);
  return (v[1] ^ v[3]) >>> 0;
}

type State = [number, number, number, number];

function absorb(v: State, word: number): void {
  v[3] ^= word;
  round(v);
  round(v);
  v[0] ^= word;
}

function lastWord(message: Uint8Array, whole: number): number {
  let word = message.length << 24;
  for (let i = whole; i < message.length; i++) word |= message[i]! << (8 * (i - whole));
  return word;
}

function round(v: State): void {
  v[0] = (v[0] + v[1]) | 0;
  v[1] = rotate(v[1], 5) ^ v[0];
  v[0] = rotate(v[0], 16);
  v[2] = (v[2] + v[3]) | 0;
  v[3] = rotate(v[3], 8) ^ v[2];
  v[0] = (v[0] + v[3]) | 0;
  v[3] = rotate(v[3], 7) ^ v[0];
  v[2] = (v[2] + v[1]) | 0;
  v[1] = rotate(v[1], 13) ^ v[2];
  v[2] = rotate(v[2], 16);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
