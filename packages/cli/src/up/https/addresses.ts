import { isIP } from 'node:net';
import { concat, type Bytes } from '@strongroom/core';

/** The 4 or 16 bytes of an internet address. */
export function addressBytes(address: string): Bytes {
  const [plain = ''] = address.split('%');
  return isIP(plain) === 4 ? Uint8Array.from(plain.split('.'), Number) : ipv6Bytes(plain);
}

/** An address and the mask of a network, one after the other. */
export function networkBytes(address: string, prefix: number): Bytes {
  const bytes = addressBytes(address);
  const mask = bytes.map((_, i) => 0xff & ~(0xff >> Math.min(8, Math.max(0, prefix - 8 * i))));
  return concat(bytes, mask);
}

// `::` stands for as many zeros as are missing: RFC 4291 section 2.2.
function ipv6Bytes(address: string): Bytes {
  const [head = '', tail] = address.split('::');
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  const view = new DataView(new ArrayBuffer(16));
  [...before, ...zeros, ...after].forEach((group, i) => view.setUint16(2 * i, group));
  return new Uint8Array(view.buffer);
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
