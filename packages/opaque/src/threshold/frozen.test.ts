import { encode, fromHex, i2osp, toHex, utf8, type Random } from '@strongroom/core';
import { beforeAll, expect, test } from 'vitest';
import { sha512 } from '../hash.ts';
import { argon2id } from '../ksf.ts';
import { encodeRegistrationRecord } from '../messages.ts';
import { ready } from '../sodium.ts';
import { beginRetrieval } from './begin.ts';
import { evaluate, generateAkeKeyPair } from './evaluate.ts';
import { finishKey } from './finish.ts';
import { register } from './register.ts';
import { finishRetrieval, type Opened } from './retrieve.ts';
import { openSealedKey } from './sealed-key.ts';

beforeAll(ready);

const password = utf8('mint garage 42');
const tenant = 'a-messenger';
const accountId = fromHex('a1'.repeat(16));
const generation = fromHex('6e'.repeat(16));
const backupKey = fromHex('5a'.repeat(32));

// A change of any of these values is a change of the protocol: what was registered before opens no more.
test('version 1 of the threshold layer at 2 of 3 vaults, byte for byte', async () => {
  const keys = [1, 2, 3].map((index) => generateAkeKeyPair(stream(`vault ${index}`)));
  const vaultIds = ['01', '02', '03'].map((hex) => fromHex(hex.repeat(16)));
  const vaults = keys.map(({ publicKey }, i) => ({
    index: i + 1,
    vaultId: vaultIds[i]!,
    akePublicKey: publicKey,
  }));
  const directory = { threshold: 2, vaults };
  const credentials = await register({
    password,
    accountId,
    generation,
    directory,
    backupKey,
    ownerPublicKey: fromHex('0e'.repeat(32)),
    argon2id: { memoryKiB: 8 * 1024, passes: 1, lanes: 1 },
    stretch: argon2id,
    random: stream('registration'),
  });
  const state = beginRetrieval({ password, vaultIds, random: stream('retrieval') });
  const evaluations = vaults.map((vault, i) =>
    evaluate({
      ...vault,
      tenant,
      accountId,
      threshold: 2,
      credential: credentials[i]!,
      ke1: state.ke1For(vault.vaultId),
      akePrivateKey: keys[i]!.privateKey,
      random: stream(`evaluation ${i + 1}`),
    }),
  );
  const answers = vaults.map((vault, i) => ({ ...credentials[i]!, ...evaluations[i]!, ...vault }));
  const result = finishRetrieval(state, answers, { directory, tenant, accountId }) as Opened;
  expect({
    publicShares: credentials[0]!.publicShares.map(toHex),
    sealedKey: toHex(credentials[0]!.sealedKey),
    envelopes: credentials.map(({ registrationRecord }) => toHex(registrationRecord.envelope)),
    blindedElement: toHex(state.blindedElement),
    rwd: toHex(result.rwd),
    ke3: result.opened.map(({ ke3 }) => toHex(ke3)),
    finishKeys: result.opened.map(({ sessionKey }) => toHex(finishKey(sessionKey))),
    all: toHex(
      sha512(
        ...answers.map(({ ke2, proof, keyShare, registrationRecord }) =>
          encode(ke2, proof!, keyShare, encodeRegistrationRecord(registrationRecord)),
        ),
      ),
    ),
  }).toEqual({
    all: '6d8745bb436c1e9165a8cc2947f3386c87c2f384b629fb100f08fd51ce6cec0054bf58824eabc1818ec6db23956025d44573db3a5db7dc5c6697ce0df8dbd4f1',
    blindedElement: 'fec7a92abbac82a665ee3c3ba0d31e5d7c9131bcc12cd730f78c85f98c8ce029',
    envelopes: [
      '1008915ba192557b979cc8003d4e70c10d590055d390a4eb606964e8fdc4c7898b075da4bbbd60beca8bda2736ddbc18e68b2ec1b44fdff9ccb3fae18132847100704850713c821ab3a90562ee75b8955cecb59f39506cf52a1b9b2d78b4a64b',
      'd2705434ea1f60846b30123b2fea833b2e819419ca8d77cb30c6c57eceb29554a64397604e030be1b89ca0fdd4bae0fd3e7407e9eff14b8d65f283777bd8425616cd644d120ccda54a16dcba18edc260cd413aa5091628b655543f582f0758dd',
      'e703787ea98858d7d3a6a2268154f0f622ba7d783cd53689504d4aeb94569f65f3dbf4db1d9c631543ff664f39434cceb515f3a5844d8585e9a0ebba61a1212742bdb1649a7bd9a854e27be67efafa2bf3d49acb906b0b4ebc76c1d4e2924e16',
    ],
    finishKeys: [
      'd527d3a5316251e96e6f3dd9ee853dcb52322c50024e7d313f4130cc5a008769',
      'f4f09318d509729abd3e80dd5c70ee4c9b17ebe5ef276d624d32e96afe507c93',
      '67c4457741a326601dfb72991571e439f1de63df3625148dd7869db0ee152a48',
    ],
    ke3: [
      'e357d2e40be049d5bb674d1f00003d37e7ea1995498c8615cd107f97c5ff46e112d17d8312ffe1b7f57c76d5b534a8d70ffcc79eb533b5abdd6be3792f1d7231',
      'ae1315715ae368242751f31ace2e1a89f1952a0c06c572e5f692b5233c2cc3c7e7f129c3dcdae8298b2f937d3ee3151d31ac1793803c34ccf9f9ab74a38e13ed',
      '86fbcd49ebbf355134ff25004eb6ff39629abe18b1a2a0b22bad4c78ebd5d3d11dea0b647e9f3a5fa3077af0ed543534410f6b1da2d88335faec4d5647ead1a2',
    ],
    publicShares: [
      '721756c094da6fb2e5713d2ebb6ac56758ab4360f3ddf437ba62434ceafb087d',
      'ae57ad43b4d6f9b35ce226629e503f5d6910fa6f27e4b7fc1a92674098a79b62',
      '14575ebc9484c99885af6d9c5a0ea288721bc0a985a3a0fd0b80ab483a4b8f66',
    ],
    rwd: '59fed101a61db03a4de1ab9a423d18d5433345d14dd4bebdcc16faf0feeb9f75e82fe3e8559eb6dd9acd87ee44276dde70680b72a88b76d7f406123df76e8b58',
    sealedKey:
      '9df74ed9c5f4c0f66a1d4ca3ef833c0541c7bf3aceacb87eb80a468d3d5b8f9804d8f9aeca489ecdc1b00d8cf8659874',
  });
  expect(await openSealedKey(result.rwd, generation, accountId, credentials[2]!.sealedKey)).toEqual(
    backupKey,
  );
});

/** Bytes that depend on the seed alone: SHA-512 of the seed and a counter for each call, cut to length. */
function stream(seed: string): Random {
  let counter = 0;
  return (length) => sha512(utf8(seed), i2osp(counter++, 4)).slice(0, length);
}
