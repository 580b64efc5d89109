import { randomBytes, toHex, utf8 } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import { markBody, ownerSigned, sha256, signAsOwner, type OwnedRequest } from './owner.ts';
import { signingKeyFromSeed, verifySignature } from './signing.ts';

const request: OwnedRequest = {
  kind: 'mark',
  vaultId: new Uint8Array(16).fill(1),
  tenant: 'acme',
  accountId: new Uint8Array(16).fill(2),
  anchor: new Uint8Array(16).fill(3),
  generation: new Uint8Array(16).fill(4),
  bodyDigest: new Uint8Array(32).fill(5),
};

describe('an owner signature', () => {
  it('covers the bytes that the protocol page names, each with its length', () => {
    const expected = [
      ['0013', toHex(utf8('strongroom owner v1'))],
      ['0010', '01'.repeat(16)],
      ['0004', toHex(utf8('acme'))],
      ['0010', '02'.repeat(16)],
      ['0004', toHex(utf8('mark'))],
      ['0010', '03'.repeat(16)],
      ['0010', '04'.repeat(16)],
      ['0020', '05'.repeat(32)],
    ];
    expect(toHex(ownerSigned(request))).toBe(expected.flat().join(''));
  });

  const changes: Partial<OwnedRequest>[] = [
    { kind: 'heal' },
    { vaultId: randomBytes(16) },
    { tenant: 'acme ' },
    { accountId: randomBytes(16) },
    { anchor: new Uint8Array() },
    { generation: randomBytes(16) },
    { bodyDigest: randomBytes(32) },
    { tenant: 'acm', accountId: new Uint8Array(17).fill(2) },
  ];
  it.for(changes)('holds for nothing else (%#)', async (change) => {
    const key = await signingKeyFromSeed(randomBytes(32));
    const signature = await signAsOwner(key, request);
    expect(await verifySignature(key.publicKey, ownerSigned(request), signature)).toBe(true);
    const other = ownerSigned({ ...request, ...change });
    expect(await verifySignature(key.publicKey, other, signature)).toBe(false);
  });

  it('of a mark covers its number and its hash', () => {
    const hash = new Uint8Array(32).fill(9);
    expect(toHex(markBody(12n, hash))).toBe(`0002${toHex(utf8('12'))}0020${'09'.repeat(32)}`);
    const bodies = [markBody(1n, hash), markBody(11n, hash), markBody(2n ** 64n - 1n, hash)];
    expect(new Set(bodies.map(toHex)).size).toBe(3);
  });
});

it('SHA-256 is as in FIPS 180-4', async () => {
  expect(toHex(await sha256(utf8('abc')))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});
