import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { askPasskey } from '../passkey/ask-passkey.ts';
import { createPasskey } from '../passkey/create-passkey.ts';
import type { PasskeyProof } from './contract.ts';
import { household, until, type TestDevice } from '../../test/engine-device.ts';

// The browser's own WebAuthn, and an authenticator that it plays.

interface WebAuthnDomain {
  send(method: 'WebAuthn.enable' | 'WebAuthn.disable'): Promise<unknown>;
  send(method: 'WebAuthn.addVirtualAuthenticator', parameters: object): Promise<unknown>;
}

const protocol = cdp() as unknown as WebAuthnDomain;
const phone = '+491709876002';
const patience = 120_000;

const home = household();
let device: TestDevice;

beforeAll(async () => {
  device = await home.withChats('passkey-device', phone);
}, patience);

// One authenticator for all of a test: it holds one passkey for each name.
beforeEach(async () => {
  await protocol.send('WebAuthn.enable');
  await protocol.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      hasPrf: true,
    },
  });
});

afterEach(() => protocol.send('WebAuthn.disable'));

async function make(name: string): Promise<PasskeyProof> {
  const made = await createPasskey({ name, account: phone });
  if (!made.ok) throw new Error(made.why);
  return made.value.complete ? made.value.proof : ask(made.value.hint);
}

async function ask(hint: Parameters<typeof askPasskey>[0][number]): Promise<PasskeyProof> {
  const asked = await askPasskey([hint]);
  if (!asked.ok) throw new Error(asked.why);
  return asked.value;
}

describe('passkeys', { timeout: patience }, () => {
  test('turn the backup on, prove who one is, open it elsewhere; a stranger’s does nothing', async () => {
    const { engine } = device;
    const mine = await make('mine');
    await engine.turnOn({ passkey: mine });
    const { backup } = await until(device, (state) => state.backup.on);
    expect(backup.ways).toMatchObject({ password: false, key64: 'not-chosen', passkeys: [{ name: 'mine' }] });
    await engine.backUp();

    const strange = await make('a stranger’s');
    await expect(engine.prove({ way: 'passkey', passkey: strange })).rejects.toMatchObject({
      code: 'wrong-key',
      details: { passkey: true },
    });
    await engine.prove({ way: 'passkey', passkey: await ask(mine) });
    const second = await make('a second');
    await engine.addPasskey(second);
    await until(device, (state) => state.backup.ways.passkeys.length === 2);

    const other = await home.start('passkey-other');
    await home.signIn(other, phone);
    const found = await other.engine.findBackup();
    expect(found).toMatchObject({ ways: ['passkey'] });
    expect(found!.passkeys).toHaveLength(2);
    await expect(other.engine.restore({ way: 'passkey', passkey: strange })).rejects.toMatchObject({
      code: 'wrong-key',
    });
    const hint = found!.passkeys.find(({ prfInput }) => String(prfInput) === String(second.prfInput));
    await other.engine.restore({ way: 'passkey', passkey: await ask(hint!) });
    await until(other, ({ chats }) => chats.messages === 2000 && chats.mediaMissing === 0);
  });

  test('are removed by a proof of one of them, and the last one stays', async () => {
    const { engine } = device;
    const third = await make('a third');
    const { passkeys } = device.state.get().backup.ways;
    await expect(
      engine.removeWay({ passkey: passkeys[0]!.id }, { way: 'passkey', passkey: third }),
    ).rejects.toMatchObject({ code: 'wrong-key' });
    expect(device.state.get().backup.ways.passkeys).toEqual(passkeys);
  });
});
