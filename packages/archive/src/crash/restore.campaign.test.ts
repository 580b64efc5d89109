import { access, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStrongroomError, utf8 } from '@strongroom/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { campaignSize } from '../../../../tools/campaign.ts';
import { folderTarget } from '../node/folder-target.ts';
import { stateFolder } from '../node/restore-state.ts';
import { restoreSnapshot } from '../read/restore.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import { type World, acts, opened } from './acts.ts';
import { type Misfortune, UnluckyStore } from './unlucky-store.ts';

// Every request of a restore meets every misfortune. What is there under its name is whole at any time, and another
// restore into the same folder finishes.

const every = campaignSize({ short: 4, long: 1 });
const { prepare, perform, after: tree } = acts.find(({ name }) => name === 'the backup of the next day')!;

let world: World;
let requests: number;
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'strongroom-restore-'));
  world = await prepare();
  await perform(world, await opened(world, world.store), {});
  const counting = new UnluckyStore(world.store, Infinity, 'fails');
  await restoreSnapshot(await opened(world, counting), 'latest', folderTarget(join(root, 'counting')));
  requests = counting.requests.length;
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe('a restore of which a request', () => {
  test.each<Misfortune>(['fails', 'hangs'])(
    '%s: what is there is whole, and another one finishes it',
    async (misfortune) => {
      expect(requests).toBeGreaterThan(6);
      for (let at = misfortune.length % every; at < requests; at += every) {
        const target = join(root, `${misfortune} ${at}`);
        expect(await cutOff(target, misfortune, at), `request ${at}`).toBe(
          misfortune === 'hangs' ? 'cancelled' : 'cloud-unreachable',
        );
        expect(await different(target, { partly: true }), `request ${at}`).toEqual([]);
        await restoreSnapshot(await opened(world, world.store), 'latest', folderTarget(target));
        expect(await different(target, { partly: false }), `request ${at}`).toEqual([]);
        await expect(access(join(target, stateFolder)), `request ${at}`).rejects.toThrow('ENOENT');
        await rm(target, { recursive: true });
      }
    },
    3_600_000,
  );
});

async function cutOff(target: string, misfortune: Misfortune, at: number): Promise<unknown> {
  const stop = new AbortController();
  const store = new UnluckyStore(world.store, at, misfortune, () => stop.abort());
  const options = { signal: stop.signal };
  return restoreSnapshot(await opened(world, store), 'latest', folderTarget(target), options).then(
    () => 'nobody was told',
    (error: unknown) => (isStrongroomError(error) ? error.code : error),
  );
}

/** The paths of what is not as it was; of what is not there as long as not everything need be. */
async function different(target: string, { partly }: { partly: boolean }): Promise<string[]> {
  const found = await filesIn(target);
  const unknown = found.filter((path) => !(path in tree));
  const wrong: string[] = [];
  for (const path of Object.keys(tree)) {
    if (!found.includes(path) ? partly : await isSame(join(target, path), tree[path]!)) continue;
    wrong.push(path);
  }
  return [...unknown, ...wrong];
}

async function filesIn(target: string): Promise<string[]> {
  const names = await readdir(target, { recursive: true, withFileTypes: true }).catch(() => []);
  return names
    .filter((name) => name.isFile())
    .map((name) => join(name.parentPath, name.name).slice(target.length + 1))
    .filter((path) => !path.startsWith(`${stateFolder}/`));
}

async function isSame(place: string, entry: MemoryTree[string]): Promise<boolean> {
  const content = typeof entry === 'string' ? entry : (entry.content ?? '');
  return Buffer.compare(await readFile(place), typeof content === 'string' ? utf8(content) : content) === 0;
}
