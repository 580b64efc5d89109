import { Code, ConnectError, createClient, createRouterTransport } from '@connectrpc/connect';
import { StrongroomError } from '@strongroom/core';
import { VaultService } from '@strongroom/wire/vault';
import { describe, expect, it } from 'vitest';
import { fromRpcError } from './rpc-errors.ts';
import { notApplied, toMaybeApplied, toNotApplied } from './serve-errors.ts';

/** The error as it comes over the wire. */
async function carried(error: ConnectError): Promise<unknown> {
  const transport = createRouterTransport(({ service }) => {
    service(VaultService, {
      serve: () => {
        throw error;
      },
    });
  });
  return createClient(VaultService, transport)
    .serve({})
    .catch((received: unknown) => received);
}

const unavailable = new StrongroomError('unavailable', { answered: 0, needed: 1 });
const limited = new StrongroomError('too-many-requests', { until: 1_900_000_000_000 });

describe('a request that was surely not applied', () => {
  it.for([unavailable, limited, new StrongroomError('malformed', { what: 'a request' })])(
    'is marked so beside the typed error: $code',
    async (error) => {
      const received = await carried(toNotApplied(error, 250));
      expect(notApplied(received)).toMatchObject({ retryAfter: 250 });
      expect(fromRpcError(received, 'the test').toJSON()).toEqual(error.toJSON());
    },
  );

  it('says when it may be sent again in whole milliseconds, an hour at most, or does not say', () => {
    expect(notApplied(toNotApplied(unavailable))?.retryAfter).toBe(0);
    expect(notApplied(toNotApplied(unavailable, 0.2))?.retryAfter).toBe(1);
    expect(notApplied(toNotApplied(unavailable, Number.POSITIVE_INFINITY))?.retryAfter).toBe(3_600_000);
  });

  it('tells nothing of an error that is none of ours', async () => {
    const received = await carried(toNotApplied(new Error('the password is 42')));
    expect(received).toMatchObject({ code: Code.Internal });
    expect(JSON.stringify(received)).not.toContain('42');
    expect(notApplied(received)).toBeDefined();
  });
});

describe('a request that may have been applied', () => {
  it('is never marked, nor told with the code Unavailable', async () => {
    const received = await carried(toMaybeApplied(unavailable));
    expect(received).toMatchObject({ code: Code.DeadlineExceeded });
    expect(notApplied(received)).toBeUndefined();
    expect(fromRpcError(received, 'the test').code).toBe('unavailable');
  });

  it('is any whose connection broke', () => {
    for (const error of [
      new TypeError('fetch failed'),
      new ConnectError('reset', Code.Unavailable),
      undefined,
    ])
      expect(notApplied(error)).toBeUndefined();
  });
});
