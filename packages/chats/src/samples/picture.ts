import { concat, utf8, type Bytes } from '@strongroom/core';
import type { Dice } from '../sample/dice.ts';

/** Red, green, blue: 0 to 255. */
type Colour = readonly [number, number, number];

// Calm pairs: a sky above, land below.
const skies: readonly (readonly [Colour, Colour])[] = [
  [
    [214, 226, 233],
    [243, 224, 203],
  ],
  [
    [147, 178, 196],
    [236, 217, 198],
  ],
  [
    [58, 78, 105],
    [214, 150, 118],
  ],
  [
    [190, 209, 214],
    [226, 230, 214],
  ],
  [
    [247, 222, 195],
    [224, 168, 150],
  ],
  [
    [33, 50, 71],
    [96, 118, 139],
  ],
];
const lands: readonly Colour[] = [
  [74, 103, 88],
  [108, 125, 92],
  [87, 92, 112],
  [124, 104, 92],
  [61, 84, 94],
];

const light: Colour = [255, 248, 230];
// Pixels round the sun; beyond, nobody sees it.
const glow = 110;

/** A small landscape: a sky, a sun or moon, two ranges of hills. A PNG (W3C PNG, third edition), some ten kilobytes. */
export async function landscape(dice: Dice, width: number = 320, height: number = 240): Promise<Bytes> {
  const [top, bottom] = dice.pick(skies);
  const land = dice.pick(lands);
  const sun = {
    x: dice.between(40, width - 40),
    y: dice.between(30, height / 2),
    radius: dice.between(12, 26),
  };
  const far = ridge(dice, width, height * 0.62, height * 0.1);
  const near = ridge(dice, width, height * 0.78, height * 0.08);
  const haze = mix(land, bottom, 0.45);
  return png(width, height, (y, put) => {
    const sky = mix(top, bottom, y / height);
    const disc = mix(light, sky, 0.15);
    for (let x = 0; x < width; x++) {
      if (y > near[x]!) put(x, land);
      else if (y > far[x]!) put(x, haze);
      else {
        const distance = Math.hypot(x - sun.x, y - sun.y) - sun.radius;
        if (distance < 0) put(x, disc);
        else if (distance > glow) put(x, sky);
        else put(x, mix(sky, light, 0.25 * Math.exp(-distance / 24)));
      }
    }
  });
}

// How high hills are at each column.
function ridge(dice: Dice, width: number, level: number, swing: number): Float64Array {
  const waves = [1, 2.3, 4.1].map((rate) => ({ rate, shift: dice.next() * 7, size: swing / rate }));
  return Float64Array.from({ length: width }, (_, x) =>
    waves.reduce(
      (sum, { rate, shift, size }) => sum + Math.sin((x / width) * 5 * rate + shift) * size,
      level,
    ),
  );
}

function mix(a: Colour, b: Colour, share: number): Colour {
  const part = (at: 0 | 1 | 2): number => Math.round(a[at] + (b[at] - a[at]) * share);
  return [part(0), part(1), part(2)];
}

type PutPixel = (x: number, colour: Colour) => void;

async function png(width: number, height: number, paint: (y: number, put: PutPixel) => void): Promise<Bytes> {
  const rows = new Uint8Array(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    const at = y * (1 + width * 3);
    // Filter 1: each pixel as its difference from the one before, which deflate makes much of.
    rows[at] = 1;
    let before: Colour = [0, 0, 0];
    paint(y, (x, colour) => {
      for (let channel = 0; channel < 3; channel++)
        rows[at + 1 + 3 * x + channel] = colour[channel]! - before[channel]!;
      before = colour;
    });
  }
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const header = concat(u32(width), u32(height), Uint8Array.of(8, 2, 0, 0, 0));
  return concat(
    signature,
    chunk('IHDR', header),
    chunk('IDAT', await deflate(rows)),
    chunk('IEND', new Uint8Array()),
  );
}

async function deflate(bytes: Bytes): Promise<Bytes> {
  const compressed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}

function chunk(type: string, data: Uint8Array): Bytes {
  const typed = concat(utf8(type), data);
  return concat(u32(data.length), typed, u32(crc32(typed)));
}

function u32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
