import { randomBytes, StrongroomError, toHex } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hsmError } from '../../hsm/hsm-error.ts';
import { describeError } from './describe-error.ts';

const messageOf = (text: string): string => describeError(new Error(text)).message;

describe('an error in the log', () => {
  it('says what happened and where, causes included', () => {
    const cause = hsmError('unavailable', 'The token does not answer.');
    const error = new StrongroomError('unavailable', { answered: 0, needed: 1 }, { cause });
    const described = describeError(error);
    expect(described).toMatchObject({ name: 'StrongroomError', code: 'unavailable' });
    expect(described.cause).toMatchObject({ code: 'hsm', message: 'The token does not answer.' });
    expect(described.at[0]).toContain('describe-error.test.ts');
  });

  it('keeps words, paths, ports, addresses of servers and codes', () => {
    for (const text of [
      'etcd at https://10.0.0.1:2379: timeout',
      '/usr/lib/softhsm/libsofthsm2.so cannot be opened',
      'ERR_HTTP2_STREAM_ERROR CKR_PIN_INCORRECT',
      'SQLITE_BUSY: database is locked, 5000 ms',
    ])
      expect(messageOf(text)).toBe(text);
  });

  it('keeps no identifier, however it is written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 64 }), (bytes) => {
        const forms = [toHex(bytes), toHex(bytes).toUpperCase(), [...bytes].join(','), [...bytes].join(', ')];
        for (const form of forms) expect(messageOf(`no ${form} here`)).toBe('no […] here');
      }),
    );
    for (let i = 0; i < 100; i++) {
      const form = Buffer.from(randomBytes(16)).toString('base64');
      expect(messageOf(`no ${form} here`)).not.toContain(form.slice(0, 12));
    }
    expect(messageOf('for +491701234567')).toBe('for […]');
  });

  it('is short, whatever is thrown', () => {
    expect(messageOf('x'.repeat(10_000))).toHaveLength(300);
    const circle = new Error('a');
    circle.cause = circle;
    expect(JSON.stringify(describeError(circle)).length).toBeLessThan(10_000);
    for (const odd of [undefined, null, 'a password', 42, { a: 1 }])
      expect(JSON.stringify(describeError(odd))).not.toContain('password');
  });
});
