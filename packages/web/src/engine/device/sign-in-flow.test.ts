import { StrongroomError } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { deviceNameOf } from './device-ports.ts';
import { SignInFlow, type AskCode } from './sign-in-flow.ts';

const limited = new StrongroomError('too-many-requests', { until: 1 });

/** A sign-in with one right code and three tries. */
async function signIn(askCode: AskCode): Promise<void> {
  let left: number | undefined;
  for (let tries = 3; tries > 0; left = --tries) if ((await askCode(left)) === 'right') return;
  throw new StrongroomError('wrong-code', { triesLeft: 0 });
}

describe('a sign-in in two steps', () => {
  test('is done by the right code', async () => {
    const flow = new SignInFlow(signIn);
    await flow.asked();
    await expect(flow.answer('right')).resolves.toBeUndefined();
  });

  test('says how many tries are left, and is done by the right one afterwards', async () => {
    const flow = new SignInFlow(signIn);
    await flow.asked();
    await expect(flow.answer('wrong')).rejects.toMatchObject({ details: { triesLeft: 2 } });
    await expect(flow.answer('wrong')).rejects.toMatchObject({ details: { triesLeft: 1 } });
    await flow.answer('right');
  });

  test('ends with the last wrong code, and stays ended', async () => {
    const flow = new SignInFlow(signIn);
    for (const left of [2, 1, 0, 0])
      await expect(flow.answer('wrong')).rejects.toMatchObject({
        code: 'wrong-code',
        details: { triesLeft: left },
      });
  });

  test('that sends no code says why', async () => {
    const flow = new SignInFlow(() => Promise.reject(limited));
    await expect(flow.asked()).rejects.toBe(limited);
    await expect(flow.answer('right')).rejects.toBe(limited);
  });
});

test.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome on Linux',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Mobile Safari/604.1',
    'Safari on iPhone',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Edge on Windows',
  ],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 14.0; rv:142.0) Gecko/20100101 Firefox/142.0', 'Firefox on Mac'],
  ['', 'A browser'],
])('the name of a device by %s is %s', (userAgent, name) => {
  expect(deviceNameOf(userAgent)).toBe(name);
});
