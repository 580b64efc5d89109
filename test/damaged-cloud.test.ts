import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { damage, damages, makeOriginal, type Copy, type Damage, type Original } from './kit/input-archive.ts';
import { onlyLine } from './kit/input-command.ts';
import { differing, makePlace, pathsIn, type Place } from './kit/input-tree.ts';

let place: Place;
let original: Original;
let count = 0;

beforeAll(async () => {
  place = await makePlace();
  original = await makeOriginal(place);
});

afterAll(() => place.remove());

/** A copy of the archive with one object damaged, and a folder to restore to. */
async function damaged(object: string, how: Damage): Promise<Copy & { readonly target: string }> {
  const name = String(++count);
  const copy = await original.copy(name);
  await damage(copy.object(object), how);
  return { ...copy, target: place.at('restored', name) };
}

type Damaged = Awaited<ReturnType<typeof damaged>>;

/** Restores on a device that knows nothing but the key, and answers what programs are told. */
async function restored(
  { stranger, target, cloud }: Damaged,
  exit: number,
  ...more: string[]
): Promise<Told> {
  const args = ['restore', target, '--cloud', cloud, '--key-file', '-', '--json', ...more];
  return onlyLine((await stranger.run(args, { input: original.key, exit })).stdout) as unknown as Told;
}

interface Told {
  readonly error: { readonly code: string; readonly details: { readonly object: string } };
  readonly restored: number;
  readonly damaged: readonly { readonly path: string }[];
  readonly number: number;
  readonly wholeSnapshot: string;
}

/** What `verify` finds on the device that wrote the backup: code, object and file of every problem. */
async function problems({ owner }: Copy, exit: number, ...more: string[]): Promise<Found[]> {
  const told = onlyLine((await owner.run(['verify', '--json', ...more], { exit })).stdout);
  const found = told['problems'] as { error: Told['error']; path?: string }[];
  return found.map(({ error, path }) => ({ code: error.code, object: error.details.object, path }));
}

interface Found {
  readonly code: string;
  readonly object: string;
  readonly path: string | undefined;
}

/** The files that came back under their names are the right ones, and these alone. */
async function onlyTheseAreBack({ target }: Damaged, paths: readonly string[]): Promise<boolean> {
  const there = await pathsIn(target);
  expect(there).toEqual(paths);
  const wrong = there.length === 0 ? [] : await differing(target, original.source);
  expect(wrong.filter((path) => there.includes(path))).toEqual([]);
  return true;
}

const codeOf = (how: Damage): string => (how === 'missing' ? 'archive-incomplete' : 'archive-damaged');
const everything = ['Media/photo.jpg', 'msgstore.db', 'note.txt'];

// Most of the time one waits for commands: several at a time keep all cores busy.
vi.setConfig({ testTimeout: 90_000 });

describe.concurrent.each(damages)('an object that is %s', (how) => {
  test('the descriptor: is told by verify, and everything comes back without it', async () => {
    const { descriptor } = original.objects;
    const copy = await damaged(descriptor, how);
    expect(await problems(copy, 1)).toEqual([{ code: codeOf(how), object: descriptor }]);
    expect(await restored(copy, 0)).toMatchObject({ restored: 3 });
    expect(await onlyTheseAreBack(copy, everything)).toBe(true);
  });

  test('the pack of messages: is told with the file, and the rest comes back', async () => {
    const { messages } = original.objects;
    const copy = await damaged(messages, how);
    const problem = { code: codeOf(how), object: messages, path: 'msgstore.db' };
    expect(await problems(copy, 1, '--full')).toContainEqual(problem);
    const told = await restored(copy, 1);
    expect(told).toMatchObject({ error: { code: codeOf(how), details: { object: messages } }, restored: 2 });
    expect(told.damaged.map(({ path }) => path)).toEqual(['msgstore.db']);
    expect(await onlyTheseAreBack(copy, ['Media/photo.jpg', 'note.txt'])).toBe(true);
  });

  test('the pack of media: is told with the file, and messages come back', async () => {
    const { media } = original.objects;
    const copy = await damaged(media, how);
    const told = await restored(copy, 1);
    expect(told).toMatchObject({ error: { code: codeOf(how), details: { object: media } }, restored: 2 });
    expect(told.damaged.map(({ path }) => path)).toEqual(['Media/photo.jpg']);
    expect(await onlyTheseAreBack(copy, ['msgstore.db', 'note.txt'])).toBe(true);
  });

  test('the pack with the list of files: is told, and nothing comes back under a wrong name', async () => {
    const { manifest } = original.objects;
    const copy = await damaged(manifest, how);
    const told = await restored(copy, 1);
    expect(told).toMatchObject({ error: { code: codeOf(how), details: { object: manifest } }, restored: 0 });
    expect(await onlyTheseAreBack(copy, [])).toBe(true);
  });

  test('an older snapshot: is told by verify', async () => {
    const older = original.objects.snapshots[1];
    const copy = await damaged(older, how);
    expect(await problems(copy, 1)).toEqual([{ code: codeOf(how), object: older }]);
  });
});

describe.concurrent('the newest snapshot', () => {
  const present = damages.filter((how) => how !== 'missing');
  test.each(present)('that is %s is told, with the one that is whole', async (how) => {
    const [, whole, newest] = original.objects.snapshots;
    const copy = await damaged(newest, how);
    const told = await restored(copy, 1);
    expect(told).toMatchObject({ error: { code: 'archive-damaged', details: { object: newest } } });
    expect(whole.endsWith(told.wholeSnapshot)).toBe(true);
    expect(await onlyTheseAreBack(copy, [])).toBe(true);
  });

  test('that is damaged leaves the one before to be restored, and says how', async () => {
    const [, whole, newest] = original.objects.snapshots;
    const copy = await damaged(newest, 'flipped');
    const { stderr } = await copy.owner.run(['restore', copy.target], { exit: 1 });
    const id = whole.slice(-26);
    expect(stderr).toContain(`strongroom restore ${copy.target} --snapshot ${id}`);
    await copy.owner.run(['restore', copy.target, '--snapshot', id]);
    expect(await onlyTheseAreBack(copy, ['Media/photo.jpg', 'msgstore.db'])).toBe(true);
  });

  test('that is missing is noticed by the device that made it, and not taken for the newest elsewhere', async () => {
    const copy = await damaged(original.objects.snapshots[2], 'missing');
    expect(await problems(copy, 1)).toEqual([{ code: 'rolled-back' }]);
    expect(await copy.owner.refused(['restore', copy.target])).toMatchObject({
      exit: 1,
      code: 'rolled-back',
    });
    expect(await restored(copy, 0)).toMatchObject({ restored: 2, number: 2 });
  });

  test.each(['flipped', 'missing'] as const)(
    'that is %s ends a backup until its loss is accepted',
    async (how) => {
      const copy = await damaged(original.objects.snapshots[2], how);
      const refusal = await copy.owner.refusedAlike(['backup', original.source]);
      expect(refusal).toMatchObject({ exit: 1, code: how === 'missing' ? 'rolled-back' : 'archive-damaged' });
      expect(refusal.shown).toContain('--accept-loss');
      const { number } = await copy.owner.json(['backup', original.source, '--accept-loss']);
      expect(number).toBe(4);
      expect(await problems(copy, 0, '--full')).toEqual([]);
      expect(await restored(copy, 0)).toMatchObject({ restored: 3, number: 4 });
    },
  );
});

describe.concurrent('the next backup', () => {
  test.each(['flipped', 'missing'] as const)('writes a descriptor again that is %s', async (how) => {
    const copy = await damaged(original.objects.descriptor, how);
    const { stderr } = await copy.owner.run(['backup', original.source]);
    expect(stderr).toContain('it is written anew');
    expect(await problems(copy, 0)).toEqual([]);
  });

  test.each(['media', 'messages', 'manifest'] as const)(
    'stores again what a missing pack of %s held',
    async (kind) => {
      const copy = await damaged(original.objects[kind], 'missing');
      await copy.owner.run(['backup', original.source]);
      expect(await restored(copy, 0)).toMatchObject({ restored: 3, number: 4 });
      expect(await onlyTheseAreBack(copy, everything)).toBe(true);
    },
  );

  test('stores again what verify found altered, though the pack looks whole', async () => {
    const copy = await damaged(original.objects.messages, 'flipped');
    expect(await problems(copy, 0)).toEqual([]);
    const { stdout } = await copy.owner.run(['verify', '--full'], { exit: 1 });
    expect(stdout).toContain('The next `strongroom backup PATH` stores again what is damaged');
    await copy.owner.run(['backup', original.source]);
    expect(await restored(copy, 0)).toMatchObject({ restored: 3, number: 4 });
    expect(await onlyTheseAreBack(copy, everything)).toBe(true);
  });

  test('to a cloud that has lost everything says so instead of beginning anew', async () => {
    const copy = await original.copy('lost');
    await rm(copy.cloud.replace('folder:', ''), { recursive: true });
    expect(await copy.owner.refused(['backup', original.source])).toMatchObject({
      exit: 4,
      code: 'archive-missing',
    });
    expect(await copy.owner.refused(['verify'])).toMatchObject({ exit: 4, code: 'archive-missing' });
  });
});
