import { toHex } from '@strongroom/core';
import type { TestDevice } from '@strongroom/vault/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ChatdWorld, end } from './kit/chatd-world.ts';

const password = 'mint garage 13';
let world: ChatdWorld;
let device: TestDevice;
let people = 0;
beforeAll(async () => {
  world = await ChatdWorld.open(2);
});
beforeEach(async () => {
  device = await world.signIn(`+49170123456${++people}`);
});
afterAll(() => world?.close());

/** Guesses wrong so many times: the guesses left by the vault's count. */
async function guess(times: number, generation: Uint8Array<ArrayBuffer>): Promise<number> {
  for (let i = 0; i < times; i++)
    if ((await device.open('wrong', { generation })) !== 'wrong-password') throw new Error('not counted');
  return (await device.describe(1)).guessesLeft;
}

async function until(found: () => Promise<boolean>): Promise<void> {
  while (!(await found())) await new Promise((resolve) => setTimeout(resolve, 50));
}

const stateOf = async (site: string, state: string): Promise<boolean> =>
  (await world.metrics()).includes(`site="${site}",state="${state}"} 1`);

describe('strongroom chatd before two nodes of a vault', () => {
  test('serves on when the nearer one is killed, and asks it again when it is back', async () => {
    const { generation } = await device.register(password);
    expect(await guess(1, generation)).toBe(9);
    await end(world.nodes[0]!.process, 'SIGKILL');
    expect(await guess(1, generation)).toBe(8);
    await until(() => stateOf('site-0', 'down'));
    await world.restart(0);
    await until(() => stateOf('site-0', 'well'));
    await end(world.nodes[1]!.process, 'SIGKILL');
    expect(await guess(1, generation)).toBe(7);
    await world.restart(1);
    await until(() => stateOf('site-1', 'well'));
  });

  test('serves on when the nearer one stands still, and nothing is counted twice when it goes on', async () => {
    const dealt = await device.register(password);
    await guess(1, dealt.generation);
    world.nodes[0]!.process.kill('SIGSTOP');
    expect(await guess(1, dealt.generation)).toBe(8);
    world.nodes[0]!.process.kill('SIGCONT');
    await until(() => stateOf('site-0', 'well'));
    expect((await device.describe(1)).guessesLeft).toBe(8);
    expect(await device.open(password, dealt)).toBe(toHex(dealt.backupKey));
  });

  test('says that both are gone, and ends with 0 when it is told to', async () => {
    for (const { process } of world.nodes) await end(process, 'SIGKILL');
    await expect(device.describe(1)).rejects.toThrow('cannot be reached');
    expect(await end(world.door.process, 'SIGTERM')).toBe(0);
  });
});
