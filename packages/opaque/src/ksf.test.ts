import { toHex, utf8 } from '@strongroom/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { argon2id, checkStretch, defaultArgon2id, identityKsf } from './ksf.ts';
import { ready } from './sodium.ts';

beforeAll(ready);

describe('Argon2id', () => {
  const input = utf8('a'.repeat(64));

  // As OpenSSL computes it.
  test.each([
    [
      { memoryKiB: 8 * 1024, passes: 1, lanes: 1 },
      '4f4e9b89fb63c51281f8d9c707f447994c69c24bbbecbb8b9f3253c638356197711d19dcba278d4aabdeec1bf117b2effe9250756265073c327d0bfc4d7bfc4d',
    ],
    [
      defaultArgon2id,
      'be6741a73702589510e983217776f54532fcba606015d56a9a7cdcbd29bedae01101da68c6dad95011bb5ca41e438185bdc412785398cc39ecaab19bbc06ab39',
    ],
  ])(
    'with $memoryKiB KiB and $passes passes, an empty salt of 16 bytes, 64 bytes out',
    (parameters, output) => {
      expect(toHex(argon2id(input, parameters))).toBe(output);
    },
  );

  test('costs 64 MiB, 3 passes and 1 lane unless said otherwise', () => {
    expect(defaultArgon2id).toEqual({ memoryKiB: 65_536, passes: 3, lanes: 1 });
  });

  test.each([
    ['memoryKiB', 0],
    ['memoryKiB', 8 * 1024 - 1],
    ['memoryKiB', 1024 * 1024 + 1],
    ['memoryKiB', 2 ** 53],
    ['memoryKiB', 65_536.5],
    ['memoryKiB', Number.NaN],
    ['memoryKiB', -65_536],
    ['passes', 0],
    ['passes', 11],
    ['passes', 1.5],
    ['passes', Infinity],
    ['lanes', 0],
    ['lanes', 4],
  ])('refuses %s of %d before it allocates anything', (name, value) => {
    const parameters = { ...defaultArgon2id, [name]: value };
    const refusal = expect.objectContaining({ code: 'malformed' });
    expect(() => argon2id(input, parameters)).toThrowError(refusal);
    expect(() => checkStretch(parameters)).toThrowError(refusal);
  });

  test.each([
    { memoryKiB: 8 * 1024, passes: 1, lanes: 1 },
    { memoryKiB: 1024 * 1024, passes: 10, lanes: 1 },
  ])('allows $memoryKiB KiB and $passes passes', (parameters) => {
    expect(() => checkStretch(parameters)).not.toThrow();
  });
});

test('the identity KSF gives a copy, which may be wiped', () => {
  const input = utf8('x');
  const output = identityKsf(input);
  output.fill(0);
  expect(input).toEqual(utf8('x'));
});
