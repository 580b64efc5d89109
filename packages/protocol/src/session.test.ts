import { toHex, utf8 } from '@strongroom/core';
import { expect, it } from 'vitest';
import { sessionSigned } from './session.ts';

const deviceId = new Uint8Array(16).fill(1);
const challenge = new Uint8Array(32).fill(2);

it('a device signs its own id and the challenge, each with its length, in its own domain', () => {
  const domain = `0015${toHex(utf8('strongroom session v1'))}`;
  expect(toHex(sessionSigned(deviceId, challenge))).toBe(
    `${domain}0010${'01'.repeat(16)}0020${'02'.repeat(32)}`,
  );
});

it('no two devices or challenges are signed alike', () => {
  const signed = [
    sessionSigned(deviceId, challenge),
    sessionSigned(new Uint8Array(16), challenge),
    sessionSigned(deviceId, new Uint8Array(32)),
    sessionSigned(new Uint8Array([...deviceId, 2]), challenge.slice(1)),
  ];
  expect(new Set(signed.map(toHex)).size).toBe(4);
});
