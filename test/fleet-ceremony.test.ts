import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Answer } from '../tools/run-strongroom.ts';
import { CeremonyWorld } from './kit/ceremony-world.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let world: CeremonyWorld;
beforeAll(async () => {
  world = await CeremonyWorld.open();
});
afterAll(() => world?.close());

/** The object that a command answered. */
async function said(answer: Promise<Answer>): Promise<Record<string, never>> {
  const { code, stdout, stderr } = await answer;
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, never>;
}

async function refusal(answer: Promise<Answer>): Promise<string> {
  const { code, stdout } = await answer;
  expect({ code, stdout }).toMatchObject({ code: 2 });
  return (JSON.parse(stdout) as { error: { message: string } }).error.message;
}

describe('a key ceremony', () => {
  const codes = new Map<string, string>();

  test('needs two officers of different names, and writes over no record', async () => {
    expect(await refusal(world.at('a', 'init'))).toContain('two officers');
    const twice = ['--officer', 'Ada Example', '--officer', 'ada example'];
    expect(await refusal(world.at('a', 'init', ...twice))).toContain('two officers');
    writeFileSync(world.path('there.txt'), 'a record');
    expect(await refusal(world.ceremony('a', 'init', '--record', world.path('there.txt')))).toContain(
      'is there',
    );
    expect(await refusal(world.at('a', 'status'))).toContain('no fleet yet');
  });

  test('makes a fleet, and a record of it without secrets', async () => {
    const record = await said(world.ceremony('a', 'init', '--record', world.path('init.txt')));
    expect(record).toMatchObject({ what: 'a fleet was made', keys: [{ epoch: 1, state: 'current' }] });
    const text = world.read('init.txt');
    for (const words of ['Ada Example', 'Ben Example', 'site a', 'check value', record['vaultId']!])
      expect(text).toContain(words);
    for (const secret of world.secrets) expect(text).not.toContain(secret);
    expect(await said(world.ceremony('a', 'init'))).toMatchObject({ what: 'nothing was changed' });
  });

  test('trusts a node by the code that its operator reads, and no other', async () => {
    for (const site of ['a', 'b']) {
      const { code } = await said(world.at(site, 'key', '--out', world.path(`${site}.key`)));
      expect(code).toMatch(/^(?:\d{5} ){5}\d{5}$/);
      codes.set(site, code!);
    }
    const trust = (code: string): Promise<Answer> =>
      world.ceremony('b', 'trust', '--peer', world.path('a.key'), '--yes-code', code);
    expect(await refusal(trust('yes'))).toContain('30 digits');
    // Somebody put another key in the file.
    expect(await refusal(trust(codes.get('b')!))).toContain('another key');
    expect(
      await refusal(
        world.ceremony('a', 'add-node', '--peer', world.path('init.txt'), '--yes-code', codes.get('b')!),
      ),
    ).toContain('no transport key');
    expect(await said(trust(codes.get('a')!.replaceAll(' ', '')))).toMatchObject({
      peer: { site: 'a', code: codes.get('a') },
    });
  });

  test('hands a new node its keys once it runs, and then it serves', async () => {
    const add = ['--peer', world.path('b.key'), '--yes-code', codes.get('b')!, '--no-wait'];
    await said(world.ceremony('a', 'add-node', ...add, '--record', world.path('add.txt')));
    expect(world.read('add.txt')).toContain(codes.get('b'));
    world.run('b');
    expect(await said(world.at('a', 'hand-over', '--node', 'b'))).toMatchObject({ site: 'b', hasKeys: true });
    const status = (await said(world.at('b', 'status'))) as unknown as {
      nodes: { isTrusted: boolean; waitsFor: [] }[];
    };
    expect(status.nodes.map(({ isTrusted, waitsFor }) => [isTrusted, waitsFor])).toEqual([
      [true, []],
      [true, []],
    ]);
  });

  test('makes the list of vaults the same at both nodes', async () => {
    const list = (site: string): Promise<Answer> =>
      world.at(site, 'directory', '--out', world.path('list.bin'), '--key', world.path('list.key'));
    const first = await said(list('a'));
    expect(first['directory']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await said(list('b'))).toEqual(first);
    expect(existsSync(world.path('list.bin'))).toBe(true);
  });

  test('begins a new epoch, and removes a node', async () => {
    expect(await said(world.at('a', 'new-epoch'))).toMatchObject({ epoch: 2 });
    expect(await refusal(world.ceremony('a', 'remove-node', '--node', 'nowhere', '--yes'))).toContain(
      'No node',
    );
    expect(await refusal(world.ceremony('a', 'remove-node', '--node', 'a', '--yes'))).toContain(
      'cannot remove itself',
    );
    expect((await world.ceremony('a', 'remove-node', '--node', 'b')).code).toBe(130);
    await said(
      world.ceremony('a', 'remove-node', '--node', 'b', '--yes', '--record', world.path('remove.txt')),
    );
    expect(await said(world.at('a', 'status'))).toMatchObject({
      nodes: [{ site: 'a' }],
      removed: [{ site: 'b' }],
    });
  });
});
