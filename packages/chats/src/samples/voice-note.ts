import { concat, utf8, type Bytes } from '@strongroom/core';
import type { Dice } from '../sample/dice.ts';

const rate = 8000;

/** A few seconds that sound somewhat like humming: WAV (RIFF), 8 kHz, 16 bits, one channel. */
export function voiceNote(dice: Dice, seconds: number = dice.between(2, 6)): Bytes {
  const samples = new Int16Array(seconds * rate);
  let phase = 0;
  for (let at = 0; at < samples.length; at++) {
    const time = at / rate;
    const pitch = 150 + 30 * Math.sin(time * 2.1) + 12 * Math.sin(time * 7.3);
    phase += (2 * Math.PI * pitch) / rate;
    // Syllables: louder and softer three times a second, silent at both ends.
    const loudness = Math.max(0, Math.sin(time * 9)) * Math.min(1, time * 4, (seconds - time) * 4);
    samples[at] = Math.round(9000 * loudness * (Math.sin(phase) + 0.4 * Math.sin(2 * phase)) * 0.7);
  }
  return concat(wavHeader(samples.byteLength), new Uint8Array(samples.buffer));
}

function wavHeader(length: number): Bytes {
  const format = new DataView(new ArrayBuffer(16));
  format.setUint16(0, 1, true);
  format.setUint16(2, 1, true);
  format.setUint32(4, rate, true);
  format.setUint32(8, rate * 2, true);
  format.setUint16(12, 2, true);
  format.setUint16(14, 16, true);
  const parts = [utf8('RIFF'), u32(36 + length), utf8('WAVEfmt '), u32(16)];
  return concat(...parts, new Uint8Array(format.buffer), utf8('data'), u32(length));
}

function u32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
