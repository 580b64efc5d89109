import { fromHex, isStrongroomError, toHex, utf8 } from '@strongroom/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { deriveSecret } from './ake.ts';
import { randomizePassword } from './envelope.ts';
import { identityKsf } from './ksf.ts';
import { generateKE1, generateKE2, generateKE3, serverFinish, type LoginOutcome } from './login.ts';
import { decodeRegistrationRecord, encodeRegistrationRecord } from './messages.ts';
import { evaluate, OPRF } from './oprf.ts';
import {
  createRegistrationRequest,
  createRegistrationResponse,
  deriveOprfKey,
  finalizeRegistrationRequest,
} from './registration.ts';
import { ready } from './sodium.ts';
import { replay } from './vectors/replay.ts';
import { rfc9807, rfc9807Fake, type OpaqueVector } from './vectors/rfc9807.ts';

beforeAll(ready);

test('the vectors hold a run with identities and one without', () => {
  expect(rfc9807.map(({ inputs }) => inputs.clientIdentity)).toEqual([undefined, '616c696365']);
});

describe.each(rfc9807)(
  'RFC 9807 appendix C.1, $name',
  ({ inputs, intermediates, outputs, context }: OpaqueVector) => {
    const identities = {
      clientIdentity: optional(inputs.clientIdentity),
      serverIdentity: optional(inputs.serverIdentity),
    };
    const password = fromHex(inputs.password);
    const credentialIdentifier = fromHex(inputs.credentialIdentifier);
    const oprfSeed = fromHex(inputs.oprfSeed);
    const finish = { password, stretch: identityKsf, identities, context: fromHex(context) };

    const startLogin = () =>
      generateKE1(password, replay(inputs.blindLogin, inputs.clientNonce, inputs.clientKeyshareSeed));

    const answerLogin = (ke1: Uint8Array) =>
      generateKE2(
        {
          ke1,
          record: decodeRegistrationRecord(fromHex(outputs.registrationUpload)),
          akeKeyPair: {
            privateKey: fromHex(inputs.serverPrivateKey),
            publicKey: fromHex(inputs.serverPublicKey),
          },
          identities,
          context: fromHex(context),
          random: replay(inputs.maskingNonce, inputs.serverNonce, inputs.serverKeyshareSeed),
        },
        credentialIdentifier,
        oprfSeed,
      );

    test('registration', () => {
      const started = createRegistrationRequest(password, replay(inputs.blindRegistration));
      expect(toHex(started.request)).toBe(outputs.registrationRequest);
      const serverPublicKey = fromHex(inputs.serverPublicKey);
      const response = createRegistrationResponse(
        started.request,
        serverPublicKey,
        credentialIdentifier,
        oprfSeed,
      );
      expect(toHex(response)).toBe(outputs.registrationResponse);
      const random = replay(inputs.envelopeNonce);
      const { record, exportKey } = finalizeRegistrationRequest({ ...finish, ...started, response, random });
      expect(toHex(encodeRegistrationRecord(record))).toBe(outputs.registrationUpload);
      expect(toHex(exportKey)).toBe(outputs.exportKey);
    });

    test('login', () => {
      const login = startLogin();
      expect(toHex(login.ke1)).toBe(outputs.ke1);
      const server = answerLogin(login.ke1);
      expect(toHex(server.ke2)).toBe(outputs.ke2);
      expect(toHex(server.sessionKey)).toBe(outputs.sessionKey);
      const client = generateKE3(login, server.ke2, finish);
      expect(shown(client)).toEqual({
        outcome: 'authenticated',
        ke3: outputs.ke3,
        sessionKey: outputs.sessionKey,
        exportKey: outputs.exportKey,
        serverPublicKey: inputs.serverPublicKey,
      });
      expect(toHex(server.expectedClientMac)).toBe(outputs.ke3);
      expect(serverFinish(server.expectedClientMac, fromHex(outputs.ke3))).toBe(true);
    });

    test('the values in between', () => {
      const oprfKey = deriveOprfKey(oprfSeed, credentialIdentifier);
      expect(toHex(oprfKey)).toBe(intermediates.oprfKey);
      const randomized = randomizePassword(evaluate(OPRF, oprfKey, password), identityKsf);
      expect(toHex(randomized)).toBe(intermediates.randomizedPassword);
      const handshake = fromHex(intermediates.handshakeSecret);
      expect(toHex(deriveSecret(handshake, 'ServerMAC', new Uint8Array(0)))).toBe(intermediates.serverMacKey);
      expect(toHex(deriveSecret(handshake, 'ClientMAC', new Uint8Array(0)))).toBe(intermediates.clientMacKey);
    });

    test('another password, name or context does not log in', () => {
      const login = startLogin();
      const { ke2 } = answerLogin(login.ke1);
      const outcome = (changed: object) => generateKE3(login, ke2, { ...finish, ...changed }).outcome;
      expect(outcome({})).toBe('authenticated');
      expect(outcome({ password: utf8('CorrectHorseBatteryStaplf') })).toBe('EnvelopeRecoveryError');
      expect(outcome({ identities: { ...identities, serverIdentity: utf8('eve') } })).toBe(
        'EnvelopeRecoveryError',
      );
      expect(outcome({ identities: { ...identities, clientIdentity: utf8('eve') } })).toBe(
        'EnvelopeRecoveryError',
      );
      expect(outcome({ context: utf8('another') })).toBe('ServerAuthenticationError');
    });

    test('any changed byte of KE1, KE2 or KE3 ends the login', () => {
      const login = startLogin();
      const server = answerLogin(login.ke1);
      const ends = (ke1: Uint8Array, at: number): boolean => {
        const answer = attempt(() => answerLogin(ke1));
        const client = answer && attempt(() => generateKE3(login, flip(answer.ke2, at), finish));
        return client?.outcome !== 'authenticated';
      };
      for (let at = 0; at < login.ke1.length; at++) expect(ends(flip(login.ke1, at), -1)).toBe(true);
      for (let at = 0; at < server.ke2.length; at++) expect(ends(login.ke1, at)).toBe(true);
      expect(ends(login.ke1, -1)).toBe(false);
      for (let at = 0; at < 64; at++) {
        expect(serverFinish(server.expectedClientMac, flip(fromHex(outputs.ke3), at))).toBe(false);
      }
      expect(serverFinish(server.expectedClientMac, new Uint8Array(0))).toBe(false);
    });
  },
);

test('RFC 9807 appendix C.2: a client that never registered gets an answer like any other', () => {
  const { inputs, outputs, context } = rfc9807Fake;
  const { ke2 } = generateKE2(
    {
      ke1: fromHex(inputs.ke1),
      record: {
        clientPublicKey: fromHex(inputs.clientPublicKey),
        maskingKey: fromHex(inputs.maskingKey),
        envelope: new Uint8Array(96),
      },
      akeKeyPair: {
        privateKey: fromHex(inputs.serverPrivateKey),
        publicKey: fromHex(inputs.serverPublicKey),
      },
      identities: {
        clientIdentity: fromHex(inputs.clientIdentity),
        serverIdentity: fromHex(inputs.serverIdentity),
      },
      context: fromHex(context),
      random: replay(inputs.maskingNonce, inputs.serverNonce, inputs.serverKeyshareSeed),
    },
    fromHex(inputs.credentialIdentifier),
    fromHex(inputs.oprfSeed),
  );
  expect(toHex(ke2)).toBe(outputs.ke2);
});

function optional(hex: string | undefined): Uint8Array | undefined {
  return hex === undefined ? undefined : fromHex(hex);
}

/** The bytes with one of them changed; unchanged for a place before the first. */
function flip(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? byte ^ 0x40 : byte));
}

/** What the action gives, or `undefined` when it refuses with `malformed`. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (isStrongroomError(error, 'malformed')) return undefined;
    throw error;
  }
}

function shown(outcome: LoginOutcome): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outcome).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : toHex(value as Uint8Array),
    ]),
  );
}
