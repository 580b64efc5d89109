import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { concat, equalBytes, errorCodes, utf8, type Bytes, type ErrorCode } from '@strongroom/core';
import { ErrorDetailSchema } from '@strongroom/wire/front-door';
import {
  AccountTokenSchema,
  DirectorySchema,
  NotAppliedSchema,
  SealedRequestSchema,
  SignedDirectorySchema,
  type SignedDirectory,
} from '@strongroom/wire/vault';
import { mutateMessage, withOddKey } from '../../../../tools/fuzz/mutate-message.ts';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import type { Rng } from '../../../../tools/fuzz/rng.ts';
import { decoding, must, tellsNothing, type FuzzTarget } from '../../../../tools/fuzz/target.ts';
import { openAnswer } from '../channel-answer.ts';
import { sealRequest } from '../channel.ts';
import { checkDirectory, openDirectory, signDirectory } from '../directory.ts';
import { pad, unpad } from '../padding.ts';
import { fromRpcError, toRpcError } from '../rpc-errors.ts';
import { notApplied } from '../serve-errors.ts';
import { signingKeyFromSeed, verifySignature, type SigningKey } from '../signing.ts';
import { checkAccountToken, issueAccountToken } from '../token.ts';

const fixed = (length: number, byte: number): Bytes => new Uint8Array(length).fill(byte);

/** Every decoder of what a front door, a vault or a client sends. */
export async function fuzzTargets(): Promise<readonly FuzzTarget[]> {
  const key = await signingKeyFromSeed(fixed(32, 7));
  return [
    padding(),
    answers(),
    await directories(key),
    await directoriesSigned(key),
    await tokens(key),
    await signatures(key),
    sealingKeys(),
    errorDetails(),
    notAppliedDetails(),
  ];
}

function padding(): FuzzTarget {
  const padded = [0, 1, 60, 62].map((length) => pad(fixed(length, 3), 64));
  return {
    name: 'padding',
    share: 20,
    run(rng) {
      const bytes = mutate(rng, padded);
      const isItself = (message: Bytes): void =>
        must(equalBytes(pad(message, bytes.length), bytes), 'a message is padded in one way');
      return decoding(() => unpad(bytes), isItself, ['malformed']);
    },
  };
}

/** A sealed answer: none is accepted but those made for this request. */
function answers(): FuzzTarget {
  const secret = fixed(32, 9);
  const key = { vaultId: fixed(16, 1), enc: fixed(1120, 2), secret };
  const sealed = fixed(4144, 4);
  return {
    name: 'a sealed answer',
    share: 5,
    run(rng) {
      return decoding(
        () => openAnswer(key, mutate(rng, [sealed])),
        () => must(false, 'nothing opens that nobody sealed'),
        { codes: ['malformed'], secrets: [secret] },
      );
    },
  };
}

async function signedDirectory(key: SigningKey): Promise<SignedDirectory> {
  const vaults = [1, 2, 3].map((index) => ({
    index,
    vaultId: fixed(16, index),
    hpkePublicKey: fixed(1216, index),
    akePublicKey: fixed(32, index),
    operator: `operator ${index}`,
  }));
  return signDirectory(create(DirectorySchema, { epoch: 3n, threshold: 2, vaults }), [key, key]);
}

async function directories(key: SigningKey): Promise<FuzzTarget> {
  const signed = await signedDirectory(key);
  const bytes = new Uint8Array(toBinary(SignedDirectorySchema, signed));
  const { sha256: pinned } = await openDirectory(signed, null);
  return {
    name: 'a list of vaults',
    share: 3,
    async run(rng) {
      const forged = parsed(() => fromBinary(SignedDirectorySchema, mutateMessage(rng, [bytes])));
      if (forged === undefined) return 'refused';
      await decoding(
        () => openDirectory(forged, pinned),
        () => must(equalBytes(forged.directory, signed.directory), 'only the pinned list is accepted'),
        ['malformed', 'directory-changed'],
      );
      return decoding(
        () => openDirectory(forged, null),
        () => must(equalBytes(forged.directory, signed.directory), 'only a signed list is accepted'),
        ['malformed'],
      );
    },
  };
}

/** By somebody whom the device trusts on first use: whatever it says, what is accepted can be worked with. */
async function directoriesSigned(key: SigningKey): Promise<FuzzTarget> {
  const { directory: bytes } = await signedDirectory(key);
  return {
    name: 'a list of vaults, signed',
    share: 3,
    async run(rng) {
      const directory = mutateMessage(rng, [new Uint8Array(bytes)]);
      const signature = await key.sign(concat(utf8('strongroom directory v1'), directory));
      const signatures = [{ publicKey: key.publicKey, signature }];
      return decoding(
        () => openDirectory(create(SignedDirectorySchema, { directory, signatures }), null),
        (opened) => checkDirectory(opened.directory),
        ['malformed'],
      );
    },
  };
}

/** An account token: the front door's word for something else than this request is refused. */
async function tokens(key: SigningKey): Promise<FuzzTarget> {
  const [vaultId, accountId, sealedRequest] = [fixed(16, 1), fixed(16, 2), fixed(5238, 3)];
  const now = 1_900_000_000_000;
  const fields = { tenant: 'acme', accountId, vaultId, sealedRequest, now };
  const { token, signature } = await issueAccountToken(key, fields);
  const expected = { vaultId, sealedRequest, frontDoors: new Map([['acme', [key.publicKey]]]), now };
  return {
    name: 'an account token',
    share: 3,
    async run(rng) {
      const forged = mutateMessage(rng, [new Uint8Array(token)]);
      const isSigned = rng.oneIn(2);
      const mutated = rng.oneIn(2) ? signature : mutate(rng, [new Uint8Array(signature)]);
      const by = isSigned ? await key.sign(concat(utf8('strongroom account token v1'), forged)) : mutated;
      return decoding(
        () =>
          checkAccountToken(
            { $typeName: 'strongroom.v1.SignedAccountToken', token: forged, signature: by },
            expected,
          ),
        (account) => {
          const said = fromBinary(AccountTokenSchema, forged);
          must(isSigned || equalBytes(forged, token), 'only a signed token is accepted');
          must(equalBytes(said.audience, vaultId), 'only a token for this vault is accepted');
          must(account.accountId.length === 16 && account.tenant === 'acme', 'it names an account');
        },
        ['not-authorised'],
      );
    },
  };
}

async function signatures(key: SigningKey): Promise<FuzzTarget> {
  const message = fixed(40, 5);
  const signature = await key.sign(message);
  return {
    name: 'a signature, and the key that it is by',
    share: 5,
    async run(rng) {
      const publicKey = rng.oneIn(2) ? key.publicKey : withOddKey(rng, key.publicKey);
      const forged = rng.oneIn(2) ? withOddKey(rng, signature) : mutate(rng, [signature]);
      const holds = await verifySignature(publicKey, message, forged);
      // Whoever takes a point of low order for a key may get a signature that holds for anything: no key of ours is one.
      const isOurs = equalBytes(publicKey, key.publicKey);
      must(!holds || !isOurs || equalBytes(forged, signature), 'no other signature holds');
      return holds ? 'accepted' : 'refused';
    },
  };
}

/** The key to seal a request to, as a list of vaults or a vault's Describe names it. */
function sealingKeys(): FuzzTarget {
  const hpkePublicKey = fixed(1216, 0);
  const address = { vaultId: fixed(16, 1), tenant: 'acme', accountId: fixed(16, 2) };
  const plaintext = utf8('a password would do more harm here than anywhere');
  return {
    name: 'a key to seal to',
    share: 0.5,
    run(rng) {
      const forged = {
        hpkePublicKey: oddSealingKey(rng, hpkePublicKey),
        keyId: rng.bytes(rng.pick([0, 16, 15])),
      };
      return decoding(
        () => sealRequest({ ...address, ...forged, plaintext }),
        ({ sealedRequest }) => {
          const { enc, ciphertext } = fromBinary(SealedRequestSchema, sealedRequest);
          must(enc.length === 1120 && ciphertext.length === 4112, 'every request has one size');
        },
        { codes: ['malformed'], secrets: [plaintext] },
      );
    },
  };
}

function oddSealingKey(rng: Rng, key: Bytes): Bytes {
  const odd = rng.oneIn(2) ? withOddKey(rng, key) : mutate(rng, [key]);
  // ML-KEM's half takes few keys; X25519's takes any, also those of low order.
  return rng.oneIn(3) ? odd : concat(key.subarray(0, 1184), withOddKey(rng, fixed(32, 1)));
}

const detailsOf: Partial<Record<ErrorCode, string>> = {
  'wrong-code': '{"triesLeft":3}',
  'too-many-requests': '{"until":1900000000000}',
  'too-many-devices': '{"most":32}',
  'wrong-password': '{"guessesLeft":1,"waitUntil":null,"unfinishedChange":false}',
};
const oddJson: readonly string[] = [
  '{}',
  '[]',
  'null',
  '7',
  '',
  '{"until":null}',
  '{"until":{}}',
  '{"until":-1}',
  '{"until":1e308}',
  '{"what":{"toString":1,"valueOf":2}}',
  '{"what":["\u001b[2J"],"why":"\u001b]0;title\u0007"}',
  '{"__proto__":{"until":1},"constructor":{"name":"x"}}',
  `{"triesLeft":${'[1,'.repeat(200)}1${']'.repeat(200)}}`,
  `{"why":"${'x'.repeat(2000)}"}`,
];

/** An error that a front door sends: only what it may say is believed, and only in its right form. */
function errorDetails(): FuzzTarget {
  const messages = errorCodes.map((code) => errorDetail(code, detailsOf[code] ?? '{"why":"so","what":"it"}'));
  return {
    name: 'an error of the front door',
    share: 10,
    run(rng) {
      const value = rng.oneIn(2)
        ? mutateMessage(rng, messages)
        : errorDetail(rng.pick(errorCodes), rng.pick(oddJson));
      const error = new ConnectError('no', rng.pick([Code.Internal, Code.Canceled, Code.Unavailable]));
      error.details = [{ type: 'strongroom.v1.ErrorDetail', value }];
      const told = fromRpcError(error, 'https://front-door.example');
      must(claimable.has(told.code), 'nothing is believed that says how a guess went');
      must(!/\p{Cc}/u.test(told.message), 'nothing steers a terminal');
      must(!/NaN|undefined|\[object/.test(told.message), 'every sentence makes sense');
      tellsNothing(told, []);
      must(told.action.do !== 'wait' || Number.isSafeInteger(told.action.until), 'a wait has an end');
      toRpcError(told);
      return told.code === 'offline' ? 'refused' : 'accepted';
    },
  };
}

const claimable: ReadonlySet<string> = new Set<ErrorCode>([
  'signed-out',
  'wrong-code',
  'too-many-requests',
  'too-many-devices',
  'not-authorised',
  'unavailable',
  'malformed',
  'wrong-usage',
  'bug',
  'offline',
  'cancelled',
]);

function errorDetail(code: string, details: string): Bytes {
  return new Uint8Array(toBinary(ErrorDetailSchema, create(ErrorDetailSchema, { code, details })));
}

/** A vault node's word that it did not apply a request. */
function notAppliedDetails(): FuzzTarget {
  const message = new Uint8Array(toBinary(NotAppliedSchema, create(NotAppliedSchema, { retryAfter: 5000 })));
  return {
    name: 'that a request was not applied',
    share: 10,
    run(rng) {
      const error = new ConnectError('no', Code.Unavailable);
      error.details = [{ type: 'strongroom.v1.NotApplied', value: mutateMessage(rng, [message]) }];
      const said = notApplied(error);
      must(said === undefined || Number.isInteger(said.retryAfter), 'a time is a number');
      return said === undefined ? 'refused' : 'accepted';
    },
  };
}

function parsed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
