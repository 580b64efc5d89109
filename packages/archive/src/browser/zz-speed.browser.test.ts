import { test } from 'vitest';
import { concat } from '@strongroom/core';
import { noise, prose } from '../testing/fixtures.ts';
import { portableCodec } from '../codec/portable-codec.ts';
import { hmac as nobleHmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Deflate } from 'fflate';
import * as fflate from 'fflate';

const mb = 1024 * 1024;
async function time(what: string, bytes: number, work: () => Promise<unknown> | unknown) {
  await work();
  const t = performance.now(); let n = 0;
  while (performance.now() - t < 1500) { await work(); n++; }
  const s = (performance.now() - t) / 1000;
  console.log(what, (bytes * n / s / mb).toFixed(1), 'MB/s', (s / n * 1e6).toFixed(0), 'us each');
}
async function direct(input: Uint8Array<ArrayBuffer>) {
  const t = new CompressionStream('deflate-raw');
  const w = t.writable.getWriter();
  const written = w.write(input).then(() => w.close());
  const parts: Uint8Array[] = [];
  const r = t.readable.getReader();
  for (let p = await r.read(); !p.done; p = await r.read()) parts.push(p.value);
  await written;
  return concat(...parts);
}
test('micro', { timeout: 120_000 }, async () => {
  const text = prose(mb, 5), sample = text.slice(0, 4096), rnd = noise(mb, 3), page = noise(4096, 9);
  await time('blob 1MiB text', mb, () => portableCodec.compress(text));
  await time('direct 1MiB text', mb, () => direct(text));
  await time('fflate1 1MiB text', mb, () => fflate.deflateSync(text, { level: 1 }));
  await time('fflate6 1MiB text', mb, () => fflate.deflateSync(text, { level: 6 }));
  await time('blob 4KiB', 4096, () => portableCodec.compress(sample));
  await time('direct 4KiB', 4096, () => direct(sample));
  const key = await crypto.subtle.importKey('raw', new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']);
  await time('hmac 1MiB', mb, () => crypto.subtle.sign('HMAC', key, rnd));
  await time('hmac 4KiB seq', 4096, () => crypto.subtle.sign('HMAC', key, page));
  await time('hmac 4KiB x64', 64 * 4096, () => Promise.all(Array.from({ length: 64 }, () => crypto.subtle.sign('HMAC', key, page))));
  await time('hmac 4KiB noble', 4096, () => nobleHmac(sha256, page, page));
  const aes = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt']);
  await time('aes 1MiB', mb, () => crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, aes, rnd));
  await time('aes 4MiB', 4*mb, () => crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, aes, noise4));
  console.log(direct.length, (await direct(text)).length, fflate.deflateSync(text, { level: 1 }).length);
});
const noise4 = noise(4*mb, 7);
