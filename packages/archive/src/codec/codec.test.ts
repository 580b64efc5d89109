import { type Bytes, concat } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../node/node-codec.ts';
import { noise, prose } from '../testing/fixtures.ts';
import { codecIds } from './codec.ts';
import { decodeFrame, encodeFrame } from './frame.ts';
import { portableCodec } from './portable-codec.ts';

const codecs = [
  { name: 'node', codec: nodeCodec },
  { name: 'portable', codec: portableCodec },
];
const pairs = codecs.flatMap((writer) => codecs.map((reader) => ({ writer, reader })));
const contents: [string, Bytes][] = [
  ['a byte', new Uint8Array(1)],
  ['a page of zeros', new Uint8Array(4096)],
  ['text', prose(100_000)],
  ['noise', noise(100_000, 3)],
  ['a full chunk of text', prose(4 * 1024 * 1024)],
];

describe.each(pairs)('what $writer.name writes, $reader.name reads:', ({ writer, reader }) => {
  test.each(contents)('%s', async (_, plain) => {
    const frame = concat(...(await encodeFrame(writer.codec, plain)));
    const read = await decodeFrame(reader.codec, frame, plain.length, 'x');
    expect(Buffer.compare(read, plain)).toBe(0);
  });
});

describe.each(codecs)('the $name codec', ({ codec }) => {
  test('makes text smaller', async () => {
    const frame = concat(...(await encodeFrame(codec, prose(1_000_000))));
    expect(frame[0]).toBe(codec.id);
    expect(frame.length).toBeLessThan(400_000);
  });

  test.each([1000, 100_000, 1_000_000])('leaves %i bytes of noise as they are', async (length) => {
    const frame = concat(...(await encodeFrame(codec, noise(length, 5))));
    expect(frame[0]).toBe(codecIds.none);
    expect(frame.length).toBe(length + 1);
  });

  test.each([codecIds.zstd, codecIds.deflateRaw])(
    'stops when codec %i yields more than it should',
    async (id) => {
      const writer = id === codecIds.zstd ? nodeCodec : portableCodec;
      const frame = concat(...(await encodeFrame(writer, new Uint8Array(4 * 1024 * 1024))));
      expect(frame[0]).toBe(id);
      await expect(decodeFrame(codec, frame, 1000, 'x')).rejects.toMatchObject({ code: 'archive-damaged' });
    },
  );

  test('refuses a shorter content than promised', async () => {
    const frame = concat(...(await encodeFrame(codec, prose(1000))));
    await expect(decodeFrame(codec, frame, 1001, 'x')).rejects.toMatchObject({ code: 'archive-damaged' });
  });

  test.each([
    ['no codec', new Uint8Array()],
    ['an unknown codec', Uint8Array.of(77, 1, 2, 3)],
    ['broken zstd', Uint8Array.of(codecIds.zstd, 1, 2, 3)],
    ['no zstd', Uint8Array.of(codecIds.zstd)],
    ['broken deflate', Uint8Array.of(codecIds.deflateRaw, 255, 255, 255)],
  ])('refuses a frame with %s', async (_, frame) => {
    await expect(decodeFrame(codec, frame, 10, 'x')).rejects.toMatchObject({ code: 'archive-damaged' });
  });
});

test('compression can be left out', async () => {
  const plain = prose(1000);
  expect((await encodeFrame(undefined, plain))[0]).toEqual(Uint8Array.of(codecIds.none));
});
