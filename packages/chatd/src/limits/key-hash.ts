import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { randomBytes } from '@strongroom/core';

/** Names callers by a hash under a key that this process alone has, and for as long as it runs. */
export class KeyHash {
  readonly #key = randomBytes(32);

  /** Of an internet address. The addresses of one IPv6 network of 64 bits are one: a caller has them all. */
  ofAddress(address: string): string {
    return this.#hash('address', networkOf(address));
  }

  ofDevice(deviceId: Uint8Array): string {
    return this.#hash('device', deviceId);
  }

  #hash(kind: string, value: string | Uint8Array): string {
    return createHmac('sha256', this.#key).update(kind).update('\0').update(value).digest('base64');
  }
}

function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [plain = ''] = address.split('%');
  return isIPv6(plain) ? groupsOf(plain).slice(0, 4).join(':') : address;
}

// An address has eight groups; `::` stands for as many zeros as are missing.
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, ''));
}
