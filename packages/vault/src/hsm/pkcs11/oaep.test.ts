import type { PKCS11 } from 'pkcs11js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SoftHsm } from '../../testing/index.ts';
import { openLibrary } from './library.ts';
import { tryOaepHash } from './oaep.ts';
import { findObjects } from './objects.ts';
import { Sessions, type Session } from './sessions.ts';

let softHsm: SoftHsm;
let sessions: Sessions;
beforeAll(async () => {
  softHsm = new SoftHsm();
  const { options } = softHsm.makeToken();
  sessions = new Sessions(await openLibrary(options.module), { ...options, sessions: 1 });
});
afterAll(async () => {
  await sessions.close();
  softHsm.remove();
});

/** The same session, with another unwrapping. */
function unwrapping(session: Session, unwrap: () => Buffer): Session {
  const module = new Proxy<PKCS11>(session.module, {
    get(target, name) {
      const call: unknown = Reflect.get(target, name);
      if (name === 'C_UnwrapKey') return unwrap;
      return typeof call === 'function' ? call.bind(target) : call;
    },
  });
  return { ...session, module };
}

function broken(): never {
  throw new TypeError('something else');
}

it('is SHA-1 with a token that has no other in OAEP, as SoftHSM 2.6, and nothing of the trial is left', async () => {
  await sessions.use(async (session) => {
    expect(await tryOaepHash(session)).toBe('sha1');
    expect(findObjects(session, [])).toEqual([]);
  });
});

it('is SHA-256 with a token that has it', async () => {
  await sessions.use(async (session) => {
    const { module, p11, handle } = session;
    const unwrap = () =>
      module.C_GenerateKey(handle, { mechanism: p11.CKM_GENERIC_SECRET_KEY_GEN }, [
        { type: p11.CKA_CLASS, value: p11.CKO_SECRET_KEY },
        { type: p11.CKA_VALUE_LEN, value: 32 },
      ]);
    expect(await tryOaepHash(unwrapping(session, unwrap))).toBe('sha256');
    expect(findObjects(session, [])).toEqual([]);
  });
});

it('is not guessed when something else goes wrong', async () => {
  const trying = sessions.use((session) => tryOaepHash(unwrapping(session, broken)));
  await expect(trying).rejects.toThrow('something else');
});
