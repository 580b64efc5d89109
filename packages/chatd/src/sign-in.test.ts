import { randomBytes, toHex } from '@strongroom/core';
import { CodeDelivery } from '@strongroom/wire/front-door';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, TestFrontDoor } from './front-door.fixture.ts';
import { CODE_LIFETIME, CODE_TRIES, CODES_PER_HOUR } from './sign-in.ts';

const phone = '+491701234567';
const hour = 3_600_000;

let door: TestFrontDoor;
beforeEach(async () => {
  door = await TestFrontDoor.open();
});
afterEach(() => door.close());

const start = (number = phone) => door.client.startSignIn({ phone: number });
const finish = (code: string, number = phone) =>
  door.client.finishSignIn({ phone: number, code, devicePublicKey: randomBytes(32), deviceName: 'a phone' });
const lastCode = () => door.codes.at(-1)!.code;
const otherThan = (code: string) => (code === '000000' ? '000001' : '000000');

describe('signing in', () => {
  it('sends a code of six digits to the number, and says until when it is good and where to look', async () => {
    const { expiresAt, delivery } = await start();
    expect(delivery).toBe(CodeDelivery.MESSAGE);
    expect(door.codes).toEqual([{ phone, code: expect.stringMatching(/^\d{6}$/) }]);
    expect(Number(expiresAt)).toBe(door.time + CODE_LIFETIME);
  });

  it('gives an account, a device and a session of the tenant', async () => {
    const device = await door.signIn(phone);
    expect(device).toMatchObject({ tenant: 'acme' });
    expect([device.accountId.length, device.deviceId.length]).toEqual([16, 16]);
    expect(await door.relay(device.session!.token, randomBytes(10))).toBe('0402');
  });

  it('gives the same account to a second device of the number, and another device id', async () => {
    const [first, second] = [await door.signIn(phone), await door.signIn(phone, 'a tablet')];
    expect(toHex(second.accountId)).toBe(toHex(first.accountId));
    expect(toHex(second.deviceId)).not.toBe(toHex(first.deviceId));
    expect(await door.relay(first.session!.token, randomBytes(10))).toBe('0402');
  });

  it('gives another number another account, which says nothing about the number', async () => {
    const [mine, theirs] = [await door.signIn(phone), await door.signIn('+491701234568')];
    expect(toHex(theirs.accountId)).not.toBe(toHex(mine.accountId));
    const elsewhere = await TestFrontDoor.open();
    expect(toHex((await elsewhere.signIn(phone)).accountId)).not.toBe(toHex(mine.accountId));
    elsewhere.close();
  });

  it.for(['+12025550123', '+4915112345678', '+8613800138000', '+290123456', '+123456789012345'])(
    'takes %s',
    async (number) => {
      await start(number);
      expect(door.codes.at(-1)?.phone).toBe(number);
    },
  );

  it.for([
    '',
    '491701234567',
    '+0491701234567',
    '+49 170 1234567',
    '+49-170',
    '+12345',
    '+1234567890123456',
    '+49170123456a',
    '+491701234567\n+15550100',
    '＋491701234567',
    '+٤٩١٧٠١٢٣٤٥٦٧',
  ])('refuses %j, and sends nothing', async (number) => {
    expect((await errorOf(start(number))).code).toBe('wrong-usage');
    expect(door.codes).toEqual([]);
  });

  it('refuses a device whose key or name does not fit, without spending a try', async () => {
    await start();
    const request = { phone, code: lastCode(), devicePublicKey: randomBytes(32), deviceName: 'x' };
    for (const bad of [{ devicePublicKey: randomBytes(31) }, { deviceName: 'x'.repeat(101) }])
      expect((await errorOf(door.client.finishSignIn({ ...request, ...bad }))).code).toBe('malformed');
    await expect(door.client.finishSignIn(request)).resolves.toBeDefined();
  });
});

describe('a code', () => {
  it('is good once', async () => {
    await start();
    const code = lastCode();
    await finish(code);
    expect(await errorOf(finish(code))).toMatchObject({ code: 'wrong-code', details: { triesLeft: 0 } });
  });

  it(`may be tried ${CODE_TRIES} times`, async () => {
    await start();
    const code = lastCode();
    for (let left = CODE_TRIES - 1; left >= 0; left--)
      expect((await errorOf(finish(otherThan(code)))).details).toEqual({ triesLeft: left });
    expect(await errorOf(finish(code))).toMatchObject({ code: 'wrong-code', details: { triesLeft: 0 } });
  });

  it('may be right at the last try', async () => {
    await start();
    for (let i = 1; i < CODE_TRIES; i++) await errorOf(finish(otherThan(lastCode())));
    await expect(finish(lastCode())).resolves.toBeDefined();
  });

  it('loses a try for every call, also when they come at once', async () => {
    await start();
    const wrong = otherThan(lastCode());
    const errors = await Promise.all(Array.from({ length: 8 }, () => errorOf(finish(wrong))));
    const left = errors.map(({ details }) => (details as { triesLeft: number }).triesLeft);
    expect(left.toSorted((a, b) => b - a)).toEqual([4, 3, 2, 1, 0, 0, 0, 0]);
  });

  it('ends after ten minutes', async () => {
    await start();
    door.time += CODE_LIFETIME - 1;
    await errorOf(finish(otherThan(lastCode())));
    door.time += 1;
    expect((await errorOf(finish(lastCode()))).code).toBe('wrong-code');
  });

  it('ends when a newer one is sent', async () => {
    await start();
    const older = lastCode();
    do await start();
    while (lastCode() === older);
    expect((await errorOf(finish(older))).code).toBe('wrong-code');
    await expect(finish(lastCode())).resolves.toBeDefined();
  });

  it('is of one number', async () => {
    await start();
    expect((await errorOf(finish(lastCode(), '+491701234568'))).code).toBe('wrong-code');
    expect((await errorOf(finish('', phone))).code).toBe('wrong-code');
  });

  it(`is sent ${CODES_PER_HOUR} times an hour to one number, so that nobody can be flooded or guessed at`, async () => {
    const first = door.time;
    for (let i = 0; i < CODES_PER_HOUR; i++) {
      await start();
      door.time += 60_000;
    }
    expect(await errorOf(start())).toMatchObject({
      code: 'too-many-requests',
      details: { until: first + hour },
    });
    await start('+491701234568');
    door.time = first + hour;
    await expect(start()).resolves.toBeDefined();
    expect((await errorOf(start())).code).toBe('too-many-requests');
  });
});
