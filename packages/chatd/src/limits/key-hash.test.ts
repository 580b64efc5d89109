import { describe, expect, it } from 'vitest';
import { KeyHash } from './key-hash.ts';

const keys = new KeyHash();

describe('the name of a caller', () => {
  it('does not show the address, and is another one in every process', () => {
    expect(keys.ofAddress('192.0.2.7')).not.toContain('192');
    expect(keys.ofAddress('192.0.2.7')).toBe(keys.ofAddress('192.0.2.7'));
    expect(new KeyHash().ofAddress('192.0.2.7')).not.toBe(keys.ofAddress('192.0.2.7'));
  });

  it('is of each IPv4 address, however it is written', () => {
    expect(keys.ofAddress('192.0.2.7')).not.toBe(keys.ofAddress('192.0.2.8'));
    expect(keys.ofAddress('::ffff:192.0.2.7')).toBe(keys.ofAddress('192.0.2.7'));
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:3:4:5:6'],
    ['2001:db8:1:2::', '2001:0DB8:0001:0002::ffff'],
    ['2001:db8::1', '2001:db8::2'],
    ['fe80::1%eth0', 'fe80::2%eth1'],
    ['::1', '::2'],
  ])('is one for the network of %s and %s', (one, other) => {
    expect(keys.ofAddress(one)).toBe(keys.ofAddress(other));
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['::1', '1::'],
  ])('tells the networks of %s and %s apart', (one, other) => {
    expect(keys.ofAddress(one)).not.toBe(keys.ofAddress(other));
  });

  it('of a device is no address', () => {
    expect(keys.ofDevice(new TextEncoder().encode('::1'))).not.toBe(keys.ofAddress('::1'));
  });
});
