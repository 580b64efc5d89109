import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { StrongroomError, type ErrorCode } from '@strongroom/core';
import { ErrorDetailSchema } from '@strongroom/wire/front-door';
import { describe, expect, it } from 'vitest';
import { fromRpcError, toRpcError } from './rpc-errors.ts';

const server = 'https://example.org';

/** An error as a client receives it. */
const claim = (code: string, details: string) =>
  new ConnectError('hello', Code.Unknown, undefined, [
    { desc: ErrorDetailSchema, value: create(ErrorDetailSchema, { code, details }) },
  ]);

describe('our errors', () => {
  const errors = [
    new StrongroomError('signed-out', {}),
    new StrongroomError('wrong-code', { triesLeft: 2 }),
    new StrongroomError('too-many-requests', { until: 1_900_000_000_000 }),
    new StrongroomError('too-many-devices', { most: 32 }),
    new StrongroomError('not-authorised', { why: 'the account token is for another vault' }),
    new StrongroomError('unavailable', { answered: 0, needed: 1 }),
    new StrongroomError('malformed', { what: 'KE1' }),
    new StrongroomError('wrong-usage', { why: 'Give the number.' }),
    new StrongroomError('bug', { where: 'Relay' }),
  ];
  it.for(errors)('come through with code and details: $code', (error) => {
    const received = fromRpcError(toRpcError(error), server);
    expect(received.toJSON()).toEqual(error.toJSON());
  });

  it('have codes that other clients understand', () => {
    const codes = errors.map((error) => Code[toRpcError(error).code]);
    expect(codes).toEqual([
      'Unauthenticated',
      'FailedPrecondition',
      'ResourceExhausted',
      'FailedPrecondition',
      'PermissionDenied',
      'Unavailable',
      'InvalidArgument',
      'FailedPrecondition',
      'FailedPrecondition',
    ]);
  });
});

describe('any other error', () => {
  it('leaves a server without its text', () => {
    const rpcError = toRpcError(new Error('the password is 42'));
    expect(rpcError.code).toBe(Code.Internal);
    expect(JSON.stringify([rpcError.message, rpcError.rawMessage, rpcError.details])).not.toContain('42');
  });

  it('of Connect itself stays what it is', () => {
    const error = new ConnectError('too large', Code.ResourceExhausted);
    expect(toRpcError(error)).toBe(error);
  });

  it('means for a client that nobody answered, unless it gave up itself', () => {
    expect(fromRpcError(new TypeError('fetch failed'), server)).toMatchObject({
      code: 'offline',
      details: { server },
    });
    expect(fromRpcError(new ConnectError('', Code.Canceled), server).code).toBe('cancelled');
    const ours = new StrongroomError('locked', {});
    expect(fromRpcError(ours, server)).toBe(ours);
  });
});

describe('a front door that lies', () => {
  it.for([
    'locked',
    'wrong-password',
    'not-registered',
    'directory-changed',
    'vault-misbehaved',
    'nonsense',
    '',
  ])('cannot claim %s, which a vault alone may say', (code) => {
    expect(fromRpcError(claim(code, '{"guessesLeft":0}'), server).code).toBe('offline');
  });

  it.for(['', '{', 'null', '7', '"text"', `{"why":"${'x'.repeat(1000)}"}`])(
    'gets nowhere with details that are none: %s',
    (details) => {
      expect(fromRpcError(claim('malformed', details), server).code).toBe('offline');
    },
  );

  it.for<ErrorCode>(['wrong-code', 'too-many-requests', 'not-authorised', 'malformed', 'wrong-usage', 'bug'])(
    'may leave details of %s out or give them another type: it stays an error that can be shown',
    (code) => {
      for (const details of ['{}', '[]', '{"why":{},"what":[],"until":"x","triesLeft":null}']) {
        const error = fromRpcError(claim(code, details), server);
        expect(error.code).toBe(code);
        expect(() => JSON.stringify(error)).not.toThrow();
      }
    },
  );

  it('cannot steer a terminal', () => {
    const evil = JSON.stringify({ why: '\u001B[2J\u202Eevil\u0007' });
    const { message } = fromRpcError(claim('not-authorised', evil), server);
    expect(message).not.toMatch(/\p{C}/u);
    expect(message).toContain('evil');
  });
});
