import { fromHex, randomBytes, utf8, type Bytes } from '@strongroom/core';
import { client, ready as theirsReady, server } from '@serenity-kit/opaque';
import { beforeAll, describe, expect, test } from 'vitest';
import { argon2id } from './ksf.ts';
import { generateKE1, generateKE2, generateKE3, serverFinish } from './login.ts';
import { decodeRegistrationRecord, encodeRegistrationRecord } from './messages.ts';
import {
  createRegistrationRequest,
  createRegistrationResponse,
  finalizeRegistrationRequest,
} from './registration.ts';
import { ready } from './sodium.ts';
import { generateAkeKeyPair } from './threshold/evaluate.ts';

// The other implementation is facebook/opaque-ke. It leaves RFC 9807's context empty, and its Argon2id salt is 16
// zero bytes, as ours is; with one lane, all that we use can be said in its configuration.
const context = new Uint8Array(0);
const parameters = { memoryKiB: 8 * 1024, passes: 1, lanes: 1 };
const keyStretching = { 'argon2id-custom': { memory: 8 * 1024, iterations: 1, parallelism: 1 } };
const stretch = (input: Uint8Array): Bytes => argon2id(input, parameters);

const userIdentifier = 'user-1234';
const password = 'correct horse battery staple';

beforeAll(async () => {
  await Promise.all([ready(), theirsReady]);
});

const named = { client: 'alice', server: 'bob' };
const runs = [
  { title: 'without identities', theirs: undefined, ours: {} },
  {
    title: 'with identities',
    theirs: named,
    ours: { clientIdentity: utf8(named.client), serverIdentity: utf8(named.server) },
  },
] as const;

describe.each(runs)('our client at the server of opaque-ke, $title', ({ theirs, ours }) => {
  const identifiers = theirs && { identifiers: theirs };

  function enrol(serverSetup: string) {
    const started = createRegistrationRequest(utf8(password), randomBytes);
    const { registrationResponse } = server.createRegistrationResponse({
      serverSetup,
      userIdentifier,
      registrationRequest: toBase64(started.request),
    });
    return finalizeRegistrationRequest({
      ...started,
      password: utf8(password),
      response: fromBase64(registrationResponse),
      identities: ours,
      stretch,
      random: randomBytes,
    });
  }

  function logIn(serverSetup: string, record: Uint8Array, typed: string) {
    const login = generateKE1(utf8(typed), randomBytes);
    const { serverLoginState, loginResponse } = server.startLogin({
      serverSetup,
      userIdentifier,
      registrationRecord: toBase64(record),
      startLoginRequest: toBase64(login.ke1),
      ...identifiers,
    });
    const finish = { password: utf8(typed), stretch, identities: ours, context };
    return { serverLoginState, outcome: generateKE3(login, fromBase64(loginResponse), finish) };
  }

  test('registers and logs in', () => {
    const serverSetup = server.createSetup();
    const { record, exportKey } = enrol(serverSetup);
    const { serverLoginState, outcome } = logIn(serverSetup, encodeRegistrationRecord(record), password);
    expect(outcome).toMatchObject({
      outcome: 'authenticated',
      exportKey,
      serverPublicKey: fromBase64(server.getPublicKey(serverSetup)),
    });
    const { ke3, sessionKey } = outcome as Extract<typeof outcome, { outcome: 'authenticated' }>;
    const finishLoginRequest = toBase64(ke3);
    const theirEnd = server.finishLogin({ serverLoginState, finishLoginRequest, ...identifiers });
    expect(fromBase64(theirEnd.sessionKey)).toEqual(sessionKey);
  });

  test('cannot with another password', () => {
    const serverSetup = server.createSetup();
    const record = encodeRegistrationRecord(enrol(serverSetup).record);
    expect(logIn(serverSetup, record, 'Correct horse battery staple').outcome.outcome).toBe(
      'EnvelopeRecoveryError',
    );
  });
});

describe.each(runs)('the client of opaque-ke at our server, $title', ({ theirs, ours }) => {
  const identifiers = theirs && { identifiers: theirs };
  const credentialIdentifier = utf8(userIdentifier);
  const oprfSeed = fromHex('a5'.repeat(64));

  function enrol(serverPublicKey: Uint8Array) {
    const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
    const response = createRegistrationResponse(
      fromBase64(registrationRequest),
      serverPublicKey,
      credentialIdentifier,
      oprfSeed,
    );
    const registrationResponse = toBase64(response);
    return client.finishRegistration({
      password,
      registrationResponse,
      clientRegistrationState,
      keyStretching,
      ...identifiers,
    });
  }

  test('registers and logs in, and not with another password', () => {
    const akeKeyPair = generateAkeKeyPair();
    const { registrationRecord, exportKey } = enrol(akeKeyPair.publicKey);
    const record = decodeRegistrationRecord(fromBase64(registrationRecord));
    const logIn = (typed: string) => {
      const { clientLoginState, startLoginRequest } = client.startLogin({ password: typed });
      const ke1 = fromBase64(startLoginRequest);
      const login = { ke1, record, akeKeyPair, identities: ours, context, random: randomBytes };
      const response = generateKE2(login, credentialIdentifier, oprfSeed);
      const loginResponse = toBase64(response.ke2);
      const finish = { clientLoginState, loginResponse, password: typed, keyStretching, ...identifiers };
      return { response, theirEnd: client.finishLogin(finish) };
    };
    const { response, theirEnd } = logIn(password);
    expect(theirEnd).toMatchObject({ exportKey, serverStaticPublicKey: toBase64(akeKeyPair.publicKey) });
    expect(fromBase64(theirEnd!.sessionKey)).toEqual(response.sessionKey);
    expect(serverFinish(response.expectedClientMac, fromBase64(theirEnd!.finishLoginRequest))).toBe(true);
    expect(logIn('another password').theirEnd).toBeUndefined();
  });
});

function toBase64(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64(text: string): Bytes {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.codePointAt(0)!);
}
