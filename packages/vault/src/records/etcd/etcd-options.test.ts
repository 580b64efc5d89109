import { Secret } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import { completeOptions } from './etcd-options.ts';

const tls = { authority: '', certificate: '', key: new Secret('') };
const endpoints = ['https://one:2379', 'https://two:2379'];
const prefix = 'strongroom/';

describe('options', () => {
  it('have a deadline of two seconds, and forget within one', () => {
    const complete = completeOptions({ endpoints, tls, prefix });
    expect(complete).toMatchObject({ endpoints, prefix, deadline: 2000, forgetWithin: 1000 });
    expect(completeOptions({ endpoints, tls, prefix, deadline: 10 }).deadline).toBe(10);
  });

  it.for([
    ['no endpoint', { endpoints: [], tls }],
    ['one endpoint twice', { endpoints: ['https://one:2379', 'https://one:2379'], tls }],
    ['seventeen endpoints', { endpoints: Array.from({ length: 17 }, (_, i) => `https://${i}`), tls }],
    ['something that is no URL', { endpoints: ['one:2379'], tls }],
    ['another protocol', { endpoints: ['ftp://one'], tls }],
    ['TLS without certificates', { endpoints }],
    ['certificates without TLS', { endpoints: ['http://one:2379'], tls }],
    [
      'a password without TLS',
      { endpoints: ['http://one:2379'], user: { name: 'vault', password: new Secret('') } },
    ],
  ] as const)('are refused with %s', ([, wrong]) => {
    expect(() => completeOptions({ prefix, ...wrong })).toThrow(
      expect.objectContaining({ code: 'wrong-usage' }),
    );
  });
});
