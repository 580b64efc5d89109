import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { Secret, utf8 } from '@strongroom/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  hsmConformance,
  memoryHsm,
  SoftHsm,
  withHsm,
  type HsmPlace,
  type SoftToken,
} from '../../testing/index.ts';
import type { Hsm } from '../hsm.ts';
import { openPkcs11Hsm } from './pkcs11-hsm.ts';
import { rawToken, refusalOf } from './raw-token.fixture.ts';

let softHsm: SoftHsm;
beforeAll(() => {
  softHsm = new SoftHsm();
});
afterAll(() => softHsm.remove());

const aad = utf8('what it belongs to');
const record = utf8('a record');
const problem = (name: string, text = '') =>
  expect.objectContaining({
    code: 'hsm',
    details: expect.objectContaining({ problem: name }),
    message: expect.stringContaining(text),
  });
const open = ({ options }: SoftToken) => openPkcs11Hsm(options);

/** Uses a token that holds the key of epoch 1. */
async function withToken(use: (hsm: Hsm, token: SoftToken) => Promise<void>): Promise<void> {
  const token = softHsm.makeToken();
  await withHsm({ open: () => open(token) }, async (hsm) => {
    await hsm.makeKey(1);
    await use(hsm, token);
  });
}

async function newPlace(): Promise<HsmPlace> {
  const token = softHsm.makeToken();
  return { open: () => open(token), officer: token.officer };
}

describe('a PKCS#11 token (SoftHSM)', () => {
  it.for(hsmConformance)('$promise', async ({ keep }) => {
    await expect(keep(newPlace)).resolves.toBeUndefined();
  });
});

describe('opening a token', () => {
  it('finds it by its label or by its serial number', async () => {
    const token = softHsm.makeToken('Vault at Nürnberg');
    let serial = '';
    await withHsm({ open: () => open(token) }, async () => {
      const { module, slot } = rawToken(token);
      serial = module.C_GetTokenInfo(slot).serialNumber.trimEnd();
    });
    const bySerial = { ...token, options: { ...token.options, token: { serial } } };
    await withHsm({ open: () => open(bySerial) }, async (hsm) => expect(await hsm.epochs()).toEqual([]));
  });

  it('says which tokens there are when it is not one of them', async () => {
    const token = softHsm.makeToken('the one that is there');
    for (const name of [{ label: 'the one that is not' }, { label: '' }, { serial: '4711' }]) {
      const opening = openPkcs11Hsm({ ...token.options, token: name });
      await expect(opening).rejects.toEqual(problem('unavailable', 'the one that is there'));
    }
  });

  it('does not choose between two of the same label', async () => {
    const [token] = [softHsm.makeToken('twins'), softHsm.makeToken('twins')];
    await expect(open(token)).rejects.toEqual(problem('refused', 'serial number'));
  });

  it('is done once at a time in a process, whichever way it is named', async () => {
    await withToken(async (hsm, token) => {
      await expect(open(token)).rejects.toEqual(problem('refused', 'open already'));
      expect(await hsm.epochs()).toEqual([1]);
    });
  });

  it('says what to do about a module that is not there, or is none', async () => {
    const { options } = softHsm.makeToken();
    for (const module of ['/nowhere/libtoken.so', '/etc/passwd'])
      await expect(openPkcs11Hsm({ ...options, module })).rejects.toEqual(problem('refused', module));
  });

  it('wants a number of sessions', async () => {
    const { options } = softHsm.makeToken();
    for (const sessions of [0, -1, 1.5])
      await expect(openPkcs11Hsm({ ...options, sessions })).rejects.toThrow(RangeError);
  });

  it('leaves the module finalized when the last one is closed, or none could be opened', async () => {
    const [one, other] = [softHsm.makeToken(), softHsm.makeToken()];
    const [first, second] = [await open(one), await open(other)];
    const { module } = rawToken(one);
    const state = () => refusalOf(() => module.C_GetSlotList(true));
    await first.close();
    expect(state()).toBeUndefined();
    await second.close();
    expect(state()).toContain('CKR_CRYPTOKI_NOT_INITIALIZED');
    await expect(openPkcs11Hsm({ ...one.options, token: { label: 'none' } })).rejects.toEqual(
      problem('unavailable'),
    );
    expect(state()).toContain('CKR_CRYPTOKI_NOT_INITIALIZED');
  });
});

describe('the PIN', () => {
  it('is refused when it is wrong, and not shown', async () => {
    const token = softHsm.makeToken();
    writeFileSync(token.options.pinFile, 'not-the-pin-4711');
    await expect(open(token)).rejects.toEqual(problem('wrong-pin', 'refused the PIN'));
    await expect(open(token)).rejects.not.toEqual(problem('wrong-pin', '4711'));
  });

  it('comes from a file that nobody else may read', async () => {
    const token = softHsm.makeToken();
    chmodSync(token.options.pinFile, 0o644);
    await expect(open(token)).rejects.toEqual(problem('wrong-pin', 'chmod 600'));
  });

  it('is tried once: a wrong one must not lock the token', async () => {
    await withToken(async (hsm, token) => {
      const { module, slot } = rawToken(token);
      const right = readFileSync(token.options.pinFile);
      writeFileSync(token.options.pinFile, 'wrong');
      module.C_CloseAllSessions(slot);
      await expect(hsm.epochs()).rejects.toEqual(problem('wrong-pin', 'Correct it'));
      await expect(hsm.epochs()).rejects.toEqual(problem('wrong-pin', 'not tried again'));
      writeFileSync(token.options.pinFile, right);
      await expect(hsm.epochs()).rejects.toEqual(problem('wrong-pin', 'not tried again'));
      await hsm.close();
      await withHsm({ open: () => open(token) }, async (again) => expect(await again.epochs()).toEqual([1]));
    });
  });

  it('of the officer is needed to trust a peer', async () => {
    await withToken(async (hsm, token) => {
      const peer = await memoryHsm().transportKey();
      const userPin = new Secret(readFileSync(token.options.pinFile, 'utf8').trim());
      await expect(hsm.trust(peer)).rejects.toEqual(problem('wrong-pin', 'security officer'));
      for (const wrong of [new Secret('wrong'), userPin])
        await expect(hsm.trust(peer, wrong)).rejects.toEqual(problem('wrong-pin'));
      expect(await hsm.trusted()).toEqual([]);
      await hsm.trust(peer, token.officer);
      expect(await hsm.trusted()).toEqual([peer]);
    });
  });

  it('of the officer is used alone: what comes before and behind is done all the same', async () => {
    await withToken(async (hsm, token) => {
      const peer = await memoryHsm().transportKey();
      const seals = () => Array.from({ length: 20 }, () => hsm.seal(1, aad, record));
      const before = seals();
      const trusting = hsm.trust(peer, token.officer);
      const sealed = await Promise.all([...before, ...seals()]);
      await trusting;
      for (const one of sealed) expect(await hsm.open(1, aad, one)).toEqual(record);
    });
  });
});

describe('a token that was out of reach for a while', () => {
  it('is used again when all its sessions were closed, or the user was logged out', async () => {
    await withToken(async (hsm, token) => {
      const sealed = await hsm.seal(1, aad, record);
      const { module, slot, session } = rawToken(token);
      module.C_Logout(session);
      expect(await hsm.open(1, aad, sealed)).toEqual(record);
      module.C_CloseAllSessions(slot);
      const opening = Array.from({ length: 20 }, () => hsm.open(1, aad, sealed));
      for (const opened of await Promise.all(opening)) expect(opened).toEqual(record);
      module.C_CloseAllSessions(slot);
      await hsm.makeKey(2);
      module.C_CloseAllSessions(slot);
      await hsm.destroyKey(2);
      expect(await hsm.epochs()).toEqual([1]);
    });
  });

  it('takes no key for gone, or for there, that another process destroyed or made', async () => {
    await withToken(async (hsm, token) => {
      const sealed = await hsm.seal(1, aad, record);
      await inAnotherProcess(token, 'makeKey(2)');
      expect(await hsm.epochs()).toEqual([1, 2]);
      expect(await hsm.open(2, aad, await hsm.seal(2, aad, record))).toEqual(record);
      await inAnotherProcess(token, 'destroyKey(2)');
      await expect(hsm.seal(2, aad, record)).rejects.toEqual(problem('no-such-epoch'));
      expect(await hsm.open(1, aad, sealed)).toEqual(record);
      await inAnotherProcess(token, 'trust(await hsm.transportKey(), officer)');
      expect(await hsm.trusted()).toEqual([await hsm.transportKey()]);
    });
  });
});

/** Does something with a token in a process of its own, as a command beside a running vault does. */
async function inAnotherProcess({ options, officer }: SoftToken, doing: string): Promise<void> {
  const home = import.meta.dirname;
  const script = `
    const { openPkcs11Hsm } = await import('${home}/pkcs11-hsm.ts');
    const { Secret } = await import('@strongroom/core');
    const officer = new Secret(process.env.OFFICER);
    const hsm = await openPkcs11Hsm(JSON.parse(process.env.OPTIONS));
    await hsm.${doing};
    await hsm.close();`;
  const env = { ...process.env, ...softHsm.env, OPTIONS: JSON.stringify(options), OFFICER: officer.reveal() };
  const args = ['--conditions=source', '--input-type=module', '--eval', script];
  await promisify(execFile)(process.execPath, args, { env, cwd: home });
}
