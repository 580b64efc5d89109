import { beforeEach, describe, expect, it } from 'vitest';
import {
  FaultyStore,
  hour,
  minute,
  newDevice,
  TestVaults,
  type Dealt,
  type TestDevice,
} from './testing/index.ts';

let store: FaultyStore;
let vaults: TestVaults;
let victims: { device: TestDevice; dealt: Dealt }[];
beforeEach(async () => {
  store = new FaultyStore();
  vaults = await TestVaults.open({ beginCap: 3, store: () => store });
  victims = [];
  for (let i = 0; i < 5; i++) {
    const device = newDevice(vaults);
    victims.push({ device, dealt: await device.register(`password ${i}`) });
  }
});

const spray = async (password: string) => {
  const outcomes = [];
  for (const { device, dealt } of victims) outcomes.push(await device.open(password, dealt));
  return outcomes;
};

describe('the cap on failed guesses of a tenant in an hour', () => {
  it('stops one guess from being sprayed over every account', async () => {
    const wrong = 'wrong-password';
    expect(await spray('123456')).toEqual([wrong, wrong, wrong, 'must-wait', 'must-wait']);
  });

  it('counts nothing against the account, and tells when to come back', async () => {
    await spray('123456');
    const { device, dealt } = victims[4]!;
    vaults.clock.advance(17 * minute);
    const reply = await device.send(1, device.newGuess('x', dealt).beginRequest(device.vault(1).vaultId));
    const until = BigInt((Math.floor(vaults.clock.now() / hour) + 1) * hour);
    expect(reply).toMatchObject({ value: { code: 'must-wait', until, guessesLeft: 10 } });
    expect(await device.describe(1)).toMatchObject({ guessesLeft: 10, failuresSinceOpening: 0 });
    vaults.clock.advance(Number(until) - vaults.clock.now());
    expect(await device.open('password 4', dealt)).toHaveLength(64);
  });

  it('does not count guesses that were right', async () => {
    for (const [i, { device, dealt }] of victims.entries())
      expect(await device.open(`password ${i}`, dealt)).toHaveLength(64);
    expect(await spray('123456')).toContain('wrong-password');
  });

  it('does not keep the reply to a guess that was counted from whoever asks again', async () => {
    const { device, dealt } = victims[0]!;
    const { vaultId } = device.vault(1);
    const guess = device.newGuess('password 0', dealt);
    await device.send(1, guess.beginRequest(vaultId));
    for (const { device, dealt } of victims.slice(1)) await device.open('123456', dealt);
    expect((await device.send(1, guess.beginRequest(vaultId))).case).toBe('begun');
  });

  it('counts a guess once however often its write conflicts, and lets 8 at once pass no more than the cap', async () => {
    store.plan((write) => (write <= 6 ? 'conflict' : undefined));
    expect(await victims[0]!.device.open('123456', victims[0]!.dealt)).toBe('wrong-password');
    const outcomes = await Promise.all(victims.map(({ device, dealt }) => device.open('123456', dealt)));
    expect(outcomes.filter((outcome) => outcome === 'wrong-password')).toHaveLength(2);
  });

  it('is not used up by a store that cannot be reached', async () => {
    const [victim] = victims;
    const away = (): Promise<string> => victim!.device.open('123456', victim!.dealt);
    for (let i = 0; i < 4; i++) {
      store.plan(() => 'unreachable');
      await expect(away()).rejects.toMatchObject({ code: 'unavailable' });
    }
    store.plan(() => undefined);
    expect((await spray('123456')).filter((outcome) => outcome === 'wrong-password')).toHaveLength(3);
  });

  it('is a cap of each tenant', async () => {
    await spray('123456');
    const others = await TestVaults.open({ beginCap: 3, tenant: 'another' });
    const device = newDevice(others);
    expect(await device.open('123456', await device.register('x'))).toBe('wrong-password');
  });
});
