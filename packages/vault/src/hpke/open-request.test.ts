import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { concat, randomBytes, toHex, utf8 } from '@strongroom/core';
import { sealRequest, type ChannelRequest } from '@strongroom/protocol';
import { SealedRequestSchema } from '@strongroom/wire/vault';
import { describe, expect, it } from 'vitest';
import { keyIdOf, openRequest, type IncomingRequest } from './open-request.ts';
import { generateKeyPair } from './xwing.ts';

const malformed = expect.objectContaining({ name: 'StrongroomError', code: 'malformed' });
const refusal = (what: string) => expect.objectContaining({ code: 'malformed', details: { what } });
const doesNotOpen = refusal('a sealed message that does not open');

const directoryKey = generateKeyPair().privateKey;
const proposeKey = generateKeyPair().privateKey;
const keyId = randomBytes(16);
const keys = (id: Uint8Array) =>
  id.length === 0 ? directoryKey : toHex(id) === toHex(keyId) ? proposeKey : undefined;
const address = { vaultId: randomBytes(16), tenant: 'acme', accountId: randomBytes(16) };

function call(plaintext: Uint8Array, changes: Partial<ChannelRequest> = {}) {
  return sealRequest({
    hpkePublicKey: directoryKey.publicKey,
    keyId: new Uint8Array(),
    ...address,
    plaintext,
    ...changes,
  });
}
const proposeCall = (plaintext: Uint8Array) =>
  call(plaintext, { hpkePublicKey: proposeKey.publicKey, keyId });
const open = (sealedRequest: Uint8Array, changes: Partial<IncomingRequest> = {}) =>
  openRequest({ keys, ...address, sealedRequest, ...changes });

describe('the sealed channel', () => {
  it.for([0, 1, 511, 4093, 4094])('carries a request and a reply of %i bytes', async (length) => {
    const [request, reply] = [randomBytes(length), randomBytes(length)];
    const client = await call(request);
    const vault = open(client.sealedRequest);
    expect(toHex(vault.plaintext)).toBe(toHex(request));
    expect(toHex(await client.openAnswer(vault.sealAnswer(reply, randomBytes)))).toBe(toHex(reply));
  });

  it('carries a request under a key that Describe returned', async () => {
    const client = await proposeCall(utf8('a credential'));
    expect(toHex(keyIdOf(client.sealedRequest))).toBe(toHex(keyId));
    const vault = open(client.sealedRequest);
    expect(toHex(vault.plaintext)).toBe(toHex(utf8('a credential')));
    expect(toHex(await client.openAnswer(vault.sealAnswer(utf8('yes'), randomBytes)))).toBe(
      toHex(utf8('yes')),
    );
  });

  it('shows no size: short and long requests and answers look alike', async () => {
    const calls = await Promise.all([call(utf8('')), call(randomBytes(4094))]);
    const answers = calls.map(({ sealedRequest }, i) =>
      open(sealedRequest).sealAnswer(randomBytes(i * 4094), randomBytes),
    );
    expect(calls.map(({ sealedRequest }) => sealedRequest.length)).toEqual([5238, 5238]);
    expect(answers.map(({ length }) => length)).toEqual([4144, 4144]);
  });

  it('refuses a reply that is too long to hide its size', async () => {
    const { sealedRequest } = await call(utf8('hello'));
    expect(() => open(sealedRequest).sealAnswer(randomBytes(4095), randomBytes)).toThrow(malformed);
  });
});

describe('a request', () => {
  it('is refused for another vault, tenant or account', async () => {
    const { sealedRequest } = await call(utf8('hello'));
    expect(() => open(sealedRequest, { vaultId: randomBytes(16) })).toThrow(doesNotOpen);
    expect(() => open(sealedRequest, { tenant: 'acme2' })).toThrow(doesNotOpen);
    expect(() => open(sealedRequest, { accountId: randomBytes(16) })).toThrow(doesNotOpen);
    expect(toHex(open(sealedRequest).plaintext)).toBe(toHex(utf8('hello')));
  });

  it('does not let tenant and account run into each other', async () => {
    const { sealedRequest } = await call(utf8('hello'), { tenant: 'acmeA', accountId: utf8('B') });
    expect(() => open(sealedRequest, { tenant: 'acme', accountId: utf8('AB') })).toThrow(doesNotOpen);
  });

  it.for(['directory', 'propose'])(
    'to the %s key is refused whichever of its bytes was altered',
    async (kind) => {
      const { sealedRequest } = await (kind === 'propose' ? proposeCall : call)(utf8('hello'));
      for (let at = 0; at < sealedRequest.length; at++) {
        const altered = new Uint8Array(sealedRequest);
        altered[at]! ^= 1 << (at % 8);
        expect(() => open(altered), `byte ${at}`).toThrow(malformed);
      }
    },
  );

  it('is refused when it is cut short, doubled or longer than any', async () => {
    const { sealedRequest } = await call(utf8('hello'));
    for (const length of [0, 1, 3, 1123, 5237]) {
      expect(() => open(sealedRequest.subarray(0, length))).toThrow(malformed);
    }
    expect(() => open(new Uint8Array([...sealedRequest, ...sealedRequest]))).toThrow(
      refusal('a sealed request of 10476 bytes'),
    );
    expect(() => open(randomBytes(5238))).toThrow(malformed);
  });

  it('is refused when its key is not known, or is another one', async () => {
    const { sealedRequest } = await proposeCall(utf8('hello'));
    const unknown = refusal('a request sealed to an unknown key');
    expect(() => open(sealedRequest, { keys: () => undefined })).toThrow(unknown);
    expect(() => open(sealedRequest, { keys: () => directoryKey })).toThrow(doesNotOpen);
  });

  it('has one form: an unknown field, a field twice or an empty one written out is refused', async () => {
    const { sealedRequest } = await call(utf8('hello'));
    const otherForm = refusal('a sealed request in another form than its own');
    const [emptyKeyId, unknown] = [Uint8Array.of(0x0a, 0x00), Uint8Array.of(0x22, 0x01, 0x00)];
    expect(() => open(concat(emptyKeyId, sealedRequest))).toThrow(otherForm);
    expect(() => open(concat(sealedRequest, unknown))).toThrow(otherForm);
    expect(() => open(concat(sealedRequest.subarray(1123), sealedRequest.subarray(0, 1123)))).toThrow(
      otherForm,
    );
    expect(() => open(concat(sealedRequest.subarray(0, 1123), sealedRequest))).toThrow(otherForm);
  });

  it.for([
    ['keyId', 1],
    ['keyId', 15],
    ['keyId', 17],
    ['enc', 0],
    ['enc', 1119],
    ['enc', 1121],
    ['ciphertext', 0],
    ['ciphertext', 16],
    ['ciphertext', 4111],
    ['ciphertext', 4113],
  ] as const)('is refused when its %s has %i bytes', async ([field, length]) => {
    const { sealedRequest } = await call(utf8('hello'));
    const message = { ...fromBinary(SealedRequestSchema, sealedRequest), [field]: randomBytes(length) };
    const resized = toBinary(SealedRequestSchema, message);
    expect(() => open(resized)).toThrow(refusal('a sealed request of the wrong size'));
    expect(() => keyIdOf(resized)).toThrow(refusal('a sealed request of the wrong size'));
  });
});

describe('an answer', () => {
  it('is refused whichever of its bytes was altered', async () => {
    const client = await call(utf8('hello'));
    const answer = open(client.sealedRequest).sealAnswer(utf8('reply'), randomBytes);
    for (let at = 0; at < answer.length; at++) {
      const altered = new Uint8Array(answer);
      altered[at]! ^= 1 << (at % 8);
      await expect(client.openAnswer(altered), `byte ${at}`).rejects.toThrow(malformed);
    }
    expect(toHex(await client.openAnswer(answer))).toBe(toHex(utf8('reply')));
  });

  it('opens for the request that it answers and no other, even if that says the same', async () => {
    const [first, second] = await Promise.all([call(utf8('hello')), call(utf8('hello'))]);
    const answer = open(first.sealedRequest).sealAnswer(utf8('reply'), randomBytes);
    await expect(second.openAnswer(answer)).rejects.toThrow(malformed);
    expect(toHex(await first.openAnswer(answer))).toBe(toHex(utf8('reply')));
  });

  it('may be sealed again for a request that is repeated: each copy opens', async () => {
    const client = await call(utf8('hello'));
    const answers = [1, 2].map(() => open(client.sealedRequest).sealAnswer(utf8('reply'), randomBytes));
    expect(toHex(answers[0]!)).not.toBe(toHex(answers[1]!));
    for (const answer of answers) expect(toHex(await client.openAnswer(answer))).toBe(toHex(utf8('reply')));
  });
});
