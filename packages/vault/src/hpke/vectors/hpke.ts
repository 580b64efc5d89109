/** A test vector of HPKE in base mode, from the KEM's shared secret on. Lower-case hexadecimal digits. */
export interface HpkeVector {
  readonly name: string;
  readonly kemId: number;
  readonly kdfId: number;
  readonly aeadId: number;
  readonly info: string;
  readonly sharedSecret: string;
  readonly key: string;
  readonly baseNonce: string;
  readonly exporterSecret: string;
  readonly exports: readonly { readonly context: string; readonly length: number; readonly value: string }[];
  /** The first message. */
  readonly first: { readonly aad: string; readonly ciphertext: string; readonly plaintext: string };
}

/**
 * The base-mode vectors with HKDF-SHA256 and AES-256-GCM over KEMs with 32-byte secrets, from the test vectors of
 * draft-irtf-cfrg-hpke-08, whose key schedule is that of RFC 9180.
 */
export const hpkeVectors: readonly HpkeVector[] = [
  {
    name: 'DHKEM(X25519, HKDF-SHA256)',
    kemId: 0x0020,
    kdfId: 0x0001,
    aeadId: 0x0002,
    info: '4f6465206f6e2061204772656369616e2055726e',
    sharedSecret: '80d96bdd3f508642a68fb2830e2ef4ce03eb527cc07dfc594d930b08fb573f9c',
    key: 'd7c0d49221e08f1a9270fed5ace0e600e570c766c83e19643d520670299a97d1',
    baseNonce: 'a243fc1ebc972a48eaf28ea9',
    exporterSecret: '645487c1f4008c3ef3341576aa1011fc9c69cdccf7f9f4f3e0fc8c2307d58a5f',
    exports: [
      { context: '', length: 32, value: '4b4f5f25bcb113003e18472ffd5902f93b8b4848801319a525147b47e03f6aff' },
      {
        context: '00',
        length: 32,
        value: 'd95abb928a78415ff0a2c985d54feb17b03f4259190eb90f43d166c7b147ee3f',
      },
      {
        context: '54657374436f6e74657874',
        length: 32,
        value: 'b7cacb2b2e923ad7840d4900dcec3f5d1fbb2f3768f137ab539a3259e7a6cb04',
      },
    ],
    first: {
      aad: '436f756e742d30',
      ciphertext:
        '23ded2d5d90ea89d975dac4792b297240f194952d7421aacbff0474100052b6bb8aa58d18ef6c42b6960e2e28f',
      plaintext: '4265617574792069732074727574682c20747275746820626561757479',
    },
  },
  {
    name: 'DHKEM(P-256, HKDF-SHA256)',
    kemId: 0x0010,
    kdfId: 0x0001,
    aeadId: 0x0002,
    info: '4f6465206f6e2061204772656369616e2055726e',
    sharedSecret: '3cda4df6c8490d7ae37eccef737e1dc3aea0e4162f985d58b90e4c3d0a69103c',
    key: '94a73ec014266333b4663335220cf3ebfe7fe279c5abb52c40b6fcf19a20043d',
    baseNonce: 'd2dacb23cee6e1b7441da406',
    exporterSecret: 'b51679d6e7c6f6cf5850406bb10c554c49692e5f41b5cece113a33b01c7f89d2',
    exports: [
      { context: '', length: 32, value: '137e5fb8f28525b4c8cd75bbe92021fcca02668dc938f2b1c56df1bd336a93ef' },
      {
        context: '00',
        length: 32,
        value: '661735371c3210220bef5285b271a71c7c4e0c7745134914ccd32e95d601672d',
      },
      {
        context: '54657374436f6e74657874',
        length: 32,
        value: 'ad4ca528e31ced64dab8e7709eb457c8b478f078df09eb300b8990ab2672a1ca',
      },
    ],
    first: {
      aad: '436f756e742d30',
      ciphertext:
        '59b14653f7a80bd228248c71df9caf21319aa29cc90ef8e51761ef91a1275f46653b1b056482b17e1cbe1cb1de',
      plaintext: '4265617574792069732074727574682c20747275746820626561757479',
    },
  },
];
