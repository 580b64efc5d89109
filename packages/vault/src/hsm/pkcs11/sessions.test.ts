import type { PKCS11 } from 'pkcs11js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SoftHsm, type SoftToken } from '../../testing/index.ts';
import { openLibrary, type Library } from './library.ts';
import { makeSealingKey, sealingKey, deriver } from './sealing-keys.ts';
import { Sessions } from './sessions.ts';

let softHsm: SoftHsm;
let token: SoftToken;
let library: Library;
let sessions: Sessions;
/** Calls of the module, by name, that fail so many times with this error. */
let faults: Map<string, { readonly error: string; times: number }>;
let calls: string[];
beforeAll(() => {
  softHsm = new SoftHsm();
});
afterAll(() => softHsm.remove());
beforeEach(async () => {
  [faults, calls] = [new Map(), []];
  token = softHsm.makeToken();
  const real = await openLibrary(token.options.module);
  library = { ...real, module: faulty(real.module) };
  sessions = new Sessions(library, { ...token.options, sessions: 2 });
});
afterEach(async () => {
  faults.clear();
  await sessions.close();
});

/** The module, with failures in its calls. */
function faulty(module: PKCS11): PKCS11 {
  return new Proxy(module, {
    get(target, name) {
      const call: unknown = Reflect.get(target, name);
      if (typeof call !== 'function') return call;
      return (...args: readonly unknown[]) => {
        calls.push(String(name));
        const fault = faults.get(String(name));
        if (fault === undefined || fault.times-- <= 0) return Reflect.apply(call, target, args);
        throw new Error(`${fault.error}:48`);
      };
    },
  });
}

const fail = (call: string, error: string, times = 1) => faults.set(call, { error, times });
const problem = (name: string, text = '') =>
  expect.objectContaining({
    details: expect.objectContaining({ problem: name }),
    message: expect.stringContaining(text),
  });
const derive = () => sessions.use((session) => deriver(session, sealingKey(session, 1))(new Uint8Array(3)));

describe('sessions with a token', () => {
  it('are opened when they are needed, and kept', async () => {
    expect(calls).not.toContain('C_OpenSession');
    await sessions.use(async () => undefined);
    for (const _ of ['once', 'twice']) await sessions.use(async () => undefined);
    expect(calls.filter((name) => name === 'C_OpenSession')).toHaveLength(1);
    expect(calls.filter((name) => name === 'C_Login')).toHaveLength(1);
  });

  it.for([
    'CKR_SESSION_HANDLE_INVALID',
    'CKR_SESSION_CLOSED',
    'CKR_USER_NOT_LOGGED_IN',
    'CKR_KEY_HANDLE_INVALID',
  ])('are opened again after %s, and the work is done', async (error) => {
    await sessions.use((session) => makeSealingKey(session, 1));
    const derived = await derive();
    fail('C_SignInit', error);
    expect(await derive()).toEqual(derived);
  });

  it('are opened again once: what stays wrong is told', async () => {
    await sessions.use((session) => makeSealingKey(session, 1));
    fail('C_SignInit', 'CKR_SESSION_HANDLE_INVALID', 9);
    await expect(derive()).rejects.toEqual(problem('unavailable', 'CKR_SESSION_HANDLE_INVALID'));
    expect(faults.get('C_SignInit')!.times).toBe(7);
    faults.clear();
    await derive();
  });

  it.for(['CKR_DEVICE_ERROR', 'CKR_DEVICE_REMOVED', 'CKR_TOKEN_NOT_PRESENT'])(
    'are given up after %s: the work fails once, and the next request has new ones',
    async (error) => {
      await sessions.use((session) => makeSealingKey(session, 1));
      fail('C_SignAsync', error);
      await expect(derive()).rejects.toEqual(problem('unavailable', error));
      calls = [];
      await derive();
      expect(calls).toContain('C_OpenSession');
    },
  );

  it('are not believed to be in order after any other failure', async () => {
    await sessions.use((session) => makeSealingKey(session, 1));
    fail('C_SignAsync', 'CKR_FUNCTION_FAILED');
    await expect(derive()).rejects.toEqual(problem('refused', 'CKR_FUNCTION_FAILED'));
    await derive();
  });

  it('are kept when what was asked for was wrong', async () => {
    await expect(derive()).rejects.toEqual(problem('no-such-epoch'));
    calls = [];
    await expect(derive()).rejects.toEqual(problem('no-such-epoch'));
    expect(calls).not.toContain('C_OpenSession');
  });

  it('are sought in another slot when the token has moved', async () => {
    fail('C_OpenSession', 'CKR_SLOT_ID_INVALID');
    await expect(sessions.use(async () => 'done')).resolves.toBe('done');
    // Once when it was taken, once more now.
    expect(calls.filter((name) => name === 'C_GetSlotList')).toHaveLength(2);
  });

  it('are no more than they may be, whatever comes at once', async () => {
    await sessions.use((session) => makeSealingKey(session, 1));
    await Promise.all(Array.from({ length: 100 }, derive));
    expect(calls.filter((name) => name === 'C_OpenSession')).toHaveLength(2);
  });

  it('are not begun with the last try of a PIN', async () => {
    const { p11, module } = library;
    const read = module.C_GetTokenInfo.bind(module);
    const others = new Proxy(module, {
      get: (target, name) =>
        name === 'C_GetTokenInfo'
          ? (slot: Buffer) => ({ ...read(slot), flags: read(slot).flags | p11.CKF_USER_PIN_FINAL_TRY })
          : Reflect.get(target, name),
    });
    await sessions.close();
    library = { ...(await openLibrary(token.options.module)), module: others };
    sessions = new Sessions(library, { ...token.options, sessions: 2 });
    calls = [];
    await expect(sessions.use(async () => undefined)).rejects.toEqual(
      problem('wrong-pin', 'one more wrong PIN'),
    );
    expect(calls).not.toContain('C_Login');
  });

  it.for([
    ['CKR_PIN_LOCKED', 'locked'],
    ['CKR_PIN_EXPIRED', 'expired'],
    ['CKR_USER_PIN_NOT_INITIALIZED', 'no user PIN'],
  ])('are not begun after %s, and it is said what to do', async ([error, text]) => {
    fail('C_Login', error!);
    await expect(sessions.use(async () => undefined)).rejects.toEqual(problem('wrong-pin', text));
  });

  it('do not fail when somebody else in the process has logged in', async () => {
    fail('C_Login', 'CKR_USER_ALREADY_LOGGED_IN');
    expect(await sessions.use(async () => 'done')).toBe('done');
  });

  it('pass on what is not the token’s doing as it is', async () => {
    const odd = new TypeError('something else');
    await expect(sessions.use(() => Promise.reject(odd))).rejects.toBe(odd);
  });

  it('close although the token is gone', async () => {
    await sessions.use(async () => undefined);
    fail('C_CloseAllSessions', 'CKR_DEVICE_REMOVED');
    await sessions.close();
    await expect(sessions.use(async () => undefined)).rejects.toEqual(problem('unavailable', 'was closed'));
    await expect(sessions.useAlone(async () => undefined)).rejects.toEqual(
      problem('unavailable', 'was closed'),
    );
    const officer = sessions.useAsOfficer(token.officer, async () => undefined);
    await expect(officer).rejects.toEqual(problem('unavailable', 'was closed'));
  });
});
