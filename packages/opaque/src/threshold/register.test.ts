import { concat, encode, fromHex, randomBytes, toHex, utf8 } from '@strongroom/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { argon2id, defaultArgon2id } from '../ksf.ts';
import { ready } from '../sodium.ts';
import { checkCredential, encodeContext, type ThresholdCredential } from './credential.ts';
import { generateAkeKeyPair } from './evaluate.ts';
import { cheapStretch, flipBit, makeFleet, rightPassword } from './fleet.fixture.ts';
import { register, type Registration } from './register.ts';
import { deal } from './shamir.ts';

beforeAll(ready);

const malformed = expect.objectContaining({ code: 'malformed' });

function registration(changes: Partial<Registration> = {}): Registration {
  const vaults = [1, 2, 3].map((index) => ({
    index,
    vaultId: randomBytes(16),
    akePublicKey: generateAkeKeyPair().publicKey,
  }));
  return {
    password: rightPassword,
    accountId: randomBytes(16),
    generation: randomBytes(16),
    directory: { threshold: 2, vaults },
    backupKey: randomBytes(32),
    ownerPublicKey: randomBytes(32),
    stretch: cheapStretch,
    ...changes,
  };
}

describe('a registration', () => {
  test('gives every vault what it must store, and no vault what another has', async () => {
    const given = registration();
    const credentials = await register(given);
    expect(credentials.map(({ index }) => index)).toEqual([1, 2, 3]);
    const { generation, ownerPublicKey } = given;
    for (const credential of credentials) {
      expect(credential).toMatchObject({ generation, ownerPublicKey, stretch: defaultArgon2id });
      expect(credential.publicShares).toEqual(credentials[0]!.publicShares);
      expect(credential.sealedKey).toEqual(credentials[0]!.sealedKey);
      expect(() => checkCredential(credential, 2)).not.toThrow();
    }
    const own = credentials.flatMap(({ keyShare, registrationRecord }) => [
      keyShare,
      ...Object.values(registrationRecord),
    ]);
    expect(new Set(own.map(toHex)).size).toBe(12);
  });

  test('follows the order of the directory, and its indexes', async () => {
    const given = registration();
    const { threshold, vaults } = given.directory;
    const directory = { threshold, vaults: vaults.toReversed() };
    const credentials = await register({ ...given, directory });
    expect(credentials.map(({ index }) => index)).toEqual([3, 2, 1]);
    for (const credential of credentials) expect(() => checkCredential(credential, 2)).not.toThrow();
  });

  test('of the same password is another one each time', async () => {
    const given = registration();
    const [first, second] = await Promise.all([register(given), register(given)]);
    expect(first[0]!.keyShare).not.toEqual(second[0]!.keyShare);
    expect(first[0]!.registrationRecord.maskingKey).not.toEqual(second[0]!.registrationRecord.maskingKey);
    expect(first[0]!.sealedKey).not.toEqual(second[0]!.sealedKey);
  });

  test('stretches once, by Argon2id unless told otherwise', async () => {
    const asked: unknown[] = [];
    const cheap = { memoryKiB: 8 * 1024, passes: 1, lanes: 1 };
    const stretch: typeof cheapStretch = (input, parameters) => {
      asked.push(parameters);
      return argon2id(input, parameters);
    };
    await register(registration({ argon2id: cheap, stretch }));
    expect(asked).toEqual([cheap]);
    const { stretch: _, ...byDefault } = registration({ argon2id: { ...cheap, passes: 11 } });
    await expect(register(byDefault)).rejects.toThrowError(malformed);
  });

  test.each<[string, Partial<Registration>]>([
    ['an empty password', { password: new Uint8Array(0) }],
    ['a short account id', { accountId: randomBytes(15) }],
    ['a long generation', { generation: randomBytes(17) }],
    ['a short backup key', { backupKey: randomBytes(31) }],
    ['a short owner key', { ownerPublicKey: randomBytes(31) }],
    ['no vaults', { directory: { threshold: 1, vaults: [] } }],
  ])('refuses %s', async (_, changes) => {
    await expect(register(registration(changes))).rejects.toThrowError(malformed);
  });

  test('refuses a directory that makes no sense', async () => {
    const { vaults } = registration().directory;
    const [first, second, third] = vaults as [never, never, never];
    const directories = [
      { threshold: 1, vaults },
      { threshold: 4, vaults },
      { threshold: 2, vaults: [first, second, { ...(third as object), index: 2 } as never] },
      { threshold: 2, vaults: [first, second, { ...(third as object), index: 4 } as never] },
      { threshold: 2, vaults: [first, second, { ...(second as object), index: 3 } as never] },
      { threshold: 2, vaults: vaults.map((vault) => ({ ...vault, vaultId: vault.vaultId.slice(1) })) },
      { threshold: 2, vaults: vaults.map((vault) => ({ ...vault, akePublicKey: new Uint8Array(32) })) },
      {
        threshold: 5,
        vaults: Array.from({ length: 9 }, (_, i) => ({
          ...vaults[0]!,
          index: i + 1,
          vaultId: randomBytes(16),
        })),
      },
    ];
    for (const directory of directories) {
      await expect(register(registration({ directory }))).rejects.toThrowError(malformed);
    }
  });
});

describe('a proposed credential', () => {
  const changes: readonly (readonly [
    string,
    (credential: ThresholdCredential) => Partial<ThresholdCredential>,
  ])[] = [
    ['a key share that is not its public share', ({ keyShare }) => ({ keyShare: flipBit(keyShare, 0) })],
    ['a key share of zero', () => ({ keyShare: new Uint8Array(32) })],
    ['the index of another vault', () => ({ index: 2 })],
    ['an index beyond the last', () => ({ index: 4 })],
    ['an index below the first', () => ({ index: 0 })],
    ['too few public shares', ({ publicShares }) => ({ publicShares: publicShares.slice(0, 1) })],
    ['no public shares', () => ({ publicShares: [] })],
    [
      'public shares that do not belong together',
      ({ publicShares }) => ({ publicShares: publicShares.with(2, publicShares[1]!) }),
    ],
    [
      'a public share that is no element',
      ({ publicShares }) => ({ publicShares: publicShares.with(2, new Uint8Array(32)) }),
    ],
    [
      'a degree that is too high',
      () => {
        const { keyShares, publicShares } = deal(3, 3, randomBytes);
        return { keyShare: keyShares[0]!, publicShares };
      },
    ],
    ['weak stretching', () => ({ stretch: { memoryKiB: 64, passes: 1, lanes: 1 } })],
    ['a generation of another size', () => ({ generation: new Uint8Array(15) })],
    ['a sealed key of another size', ({ sealedKey }) => ({ sealedKey: sealedKey.slice(1) })],
    ['an owner key of another size', () => ({ ownerPublicKey: new Uint8Array(31) })],
    [
      'a masking key of another size',
      ({ registrationRecord }) => ({
        registrationRecord: { ...registrationRecord, maskingKey: new Uint8Array(32) },
      }),
    ],
    [
      'an envelope of another size',
      ({ registrationRecord }) => ({
        registrationRecord: { ...registrationRecord, envelope: new Uint8Array(95) },
      }),
    ],
    [
      'a client key that is no element',
      ({ registrationRecord }) => ({
        registrationRecord: { ...registrationRecord, clientPublicKey: new Uint8Array(32) },
      }),
    ],
  ];

  test.each(changes)('with %s is refused', async (_, change) => {
    const { vaults } = await makeFleet(2, 3);
    const { credential } = vaults[0]!;
    expect(() => checkCredential({ ...credential, ...change(credential) }, 2)).toThrowError(malformed);
  });

  test('for another threshold is refused', async () => {
    const { vaults } = await makeFleet(3, 3);
    expect(() => checkCredential(vaults[0]!.credential, 3)).not.toThrow();
    for (const threshold of [0, 1, 2, 4]) {
      expect(() => checkCredential(vaults[0]!.credential, threshold)).toThrowError(malformed);
    }
  });
});

test('the context is every field with its length before it', () => {
  const parts = {
    tenant: 'a-messenger',
    vaultId: fromHex('01'.repeat(16)),
    generation: fromHex('02'.repeat(16)),
    index: 1,
    threshold: 2,
    publicShares: [fromHex('03'.repeat(32)), fromHex('04'.repeat(32)), fromHex('05'.repeat(32))],
    stretch: defaultArgon2id,
  };
  expect(encodeContext(parts)).toEqual(
    concat(
      encode(utf8('strongroom v1'), utf8('a-messenger')),
      field('01'.repeat(16)),
      field('02'.repeat(16)),
      field('0001'),
      field('0002'),
      field('0003'),
      field(`${'03'.repeat(32)}${'04'.repeat(32)}${'05'.repeat(32)}`),
      field('000100000000000300000001'),
    ),
  );
});

function field(hex: string): Uint8Array {
  return concat(fromHex((hex.length / 2).toString(16).padStart(4, '0')), fromHex(hex));
}
