import { MemorySource, MemoryStore, MemoryTarget } from '@strongroom/archive/testing';
import { fromUtf8, randomBytes, Secret, type Bytes } from '@strongroom/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { backup } from './backup.ts';
import { addPasskey } from './change-ways.ts';
import { Device } from './device.ts';
import type { DeviceState } from './device-state.ts';
import { enable } from './enable.ts';
import { passkeysOf, type Passkey, type PasskeyHint } from './passkey.ts';
import { restore } from './restore.ts';
import { unlock, type Unlocking } from './unlock.ts';

// The browser's own WebAuthn, and an authenticator that it plays.

interface WebAuthnDomain {
  send(method: 'WebAuthn.enable' | 'WebAuthn.disable'): Promise<unknown>;
  send(method: 'WebAuthn.addVirtualAuthenticator', parameters: object): Promise<unknown>;
}

const protocol = cdp() as unknown as WebAuthnDomain;

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

test('a passkey of the browser opens on another device what it was added to, and another passkey does not', async () => {
  const cloud = new MemoryStore();
  const phone = await deviceAt(cloud);
  const mine = await makePasskey('mine');
  await enable(phone, { cloud: 'memory:', passkeys: [mine] });
  await addPasskey(phone, await makePasskey('a second'), { proof: { way: 'passkey', ...mine } });
  await backup(phone, new MemorySource({ content: 'hello' }), {});
  const other = await deviceAt(cloud);
  const hints = await passkeysOf(other, { cloud: 'memory:' });
  expect(hints).toHaveLength(2);
  for (const hint of hints) expect(await restored(await deviceAt(cloud), await ask([hint]))).toBe('hello');
  const stranger = await makePasskey('a third');
  await expect(restored(other, { way: 'passkey', ...stranger })).rejects.toThrow(
    'This passkey does not open this backup.',
  );
});

async function deviceAt(cloud: MemoryStore): Promise<Device> {
  let state: DeviceState | undefined;
  const store = { load: async () => state, save: async (saved: DeviceState) => void (state = saved) };
  return Device.open({ store, openCloud: () => cloud, deviceName: 'a browser' });
}

async function restored(device: Device, unlocking: Unlocking): Promise<string> {
  const { archive } = await unlock(device, { cloud: 'memory:' }, unlocking);
  const target = new MemoryTarget();
  await restore(device, archive, target, {});
  return fromUtf8(target.entries.get('content')!.content);
}

async function makePasskey(name: string): Promise<Passkey> {
  const made = (await navigator.credentials.create({
    publicKey: {
      rp: { id: location.hostname, name: 'a messenger' },
      user: { id: randomBytes(16), name, displayName: name },
      challenge: randomBytes(32),
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      extensions: { prf: {} },
    },
  })) as PublicKeyCredential;
  const [credentialId, prfInput] = [new Uint8Array(made.rawId), randomBytes(32)];
  const relyingParty = location.hostname;
  const prfOutput = await evaluate([{ archiveId: '', credentialId, relyingParty, prfInput }]);
  return { credentialId, relyingParty, prfInput, prfOutput: prfOutput.prfOutput, name };
}

async function ask(hints: readonly PasskeyHint[]): Promise<Unlocking> {
  return { way: 'passkey', ...(await evaluate(hints)) };
}

// WebAuthn level 3, section 10.1.4: one input for each credential that may answer.
async function evaluate(
  hints: readonly PasskeyHint[],
): Promise<{ credentialId: Bytes; prfOutput: Secret<Bytes> }> {
  const evalByCredential = Object.fromEntries(
    hints.map(({ credentialId, prfInput }) => [base64url(credentialId), { first: prfInput }]),
  );
  const answer = (await navigator.credentials.get({
    publicKey: {
      rpId: hints[0]!.relyingParty,
      challenge: randomBytes(32),
      allowCredentials: hints.map(({ credentialId }) => ({ type: 'public-key', id: credentialId })),
      userVerification: 'required',
      extensions: { prf: { evalByCredential } },
    },
  })) as PublicKeyCredential;
  const first = answer.getClientExtensionResults().prf!.results!.first;
  return {
    credentialId: new Uint8Array(answer.rawId),
    prfOutput: new Secret(new Uint8Array(first as ArrayBuffer)),
  };
}

function base64url(bytes: Bytes): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
