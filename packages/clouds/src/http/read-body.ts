import type { Bytes } from '@strongroom/core';

// What a server announces is believed up to here before bytes have come: a pack and more.
const largestReserved = 32 * 1024 * 1024;
const smallestReserved = 4096;
// More than any object, and any list of them.
const longestBody = 256 * 1024 * 1024;

/**
 * The whole body of an answer, copied into one buffer only.
 * @param announced its length as the answer's head says it, bytes
 * @throws Error when it does not end
 */
export async function readBody(
  parts: AsyncIterable<Uint8Array>,
  announced: string | null | undefined,
): Promise<Bytes> {
  let room = new Uint8Array(reserve(announced));
  let length = 0;
  for await (const part of parts) {
    if (length + part.length > longestBody) throw new Error(`longer than ${longestBody} bytes`);
    if (length + part.length > room.length) room = enlarge(room, length + part.length);
    room.set(part, length);
    length += part.length;
  }
  return length === room.length ? room : room.slice(0, length);
}

function reserve(announced: string | null | undefined): number {
  const length = Number(announced ?? Number.NaN);
  return length >= 0 && length <= largestReserved ? length : smallestReserved;
}

function enlarge(room: Bytes, needed: number): Bytes {
  const larger = new Uint8Array(Math.max(needed, 2 * room.length));
  larger.set(room);
  return larger;
}
