import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
  const copy = await original.copy(String(++count));
  await damage(copy.object(object), how);
  return { ...copy, target: place.at('restored', String(count)) };
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

describe.each(damages)('an object that is %s', (how) => {
  test('the descriptor: is told, everything comes back, and the next backup writes it again', async () => {
    const copy = await damaged(original.objects.descriptor, how);
    expect(await restored(copy, 0)).toMatchObject({ restored: 3 });
    expect(await onlyTheseAreBack(copy, everything)).toBe(true);
    expect(await problems(copy, 1)).toEqual([{ code: codeOf(how), object: original.objects.descriptor }]);
    await copy.owner.run(['backup', original.source]);
    expect(await problems(copy, 0)).toEqual([]);
  });

  test('the message pack: is told with the file, and the rest comes back', async () => {
    const { messages } = original.objects;
    const copy = await damaged(messages, how);
    const told = await restored(copy, 1);
    expect(told).toMatchObject({ error: { code: codeOf(how), details: { object: messages } }, restored: 2 });
    expect(told.damaged.map(({ path }) => path)).toEqual(['msgstore.db']);
    expect(await onlyTheseAreBack(copy, ['Media/photo.jpg', 'note.txt'])).toBe(true);
    expect(await problems(copy, 1, '--full')).toContainEqual({
      code: codeOf(how),
      object: messages,
      path: 'msgstore.db',
    });
  });

  test('the media pack: is told with the file, messages come back, and the next backup stores it again', async () => {
    const { media } = original.objects;
    const copy = await damaged(media, how);
    const told = await restored(copy, 1);
    expect(told).toMatchObject({ error: { code: codeOf(how), details: { object: media } }, restored: 2 });
    expect(told.damaged.map(({ path }) => path)).toEqual(['Media/photo.jpg']);
    expect(await onlyTheseAreBack(copy, ['msgstore.db', 'note.txt'])).toBe(true);
    await problems(copy, 1, '--full');
    await copy.owner.run(['backup', original.source]);
    expect(await restored({ ...copy, target: `${copy.target}-again` }, 0)).toMatchObject({ restored: 3 });
  });

  test('the pack with the list of files: is told, and nothing comes back under a wrong name', async () => {
    const { manifest } = original.objects;
    const copy = await damaged(manifest, how);
    const told = await restored(copy, 1);
    expect(told).toMatchObject({ error: { code: codeOf(how), details: { object: manifest } } });
  });

  test('the newest snapshot: is told', async () => {
    const newest = original.objects.snapshots[2];
    const copy = await damaged(newest, how);
    console.log(await copy.owner.run(['verify', '--json'], { exit: 1 }));
  });

  test('an older snapshot: is told by verify, and the newest comes back', async () => {
    const older = original.objects.snapshots[1];
    const copy = await damaged(older, how);
    expect(await problems(copy, 1)).toEqual([{ code: codeOf(how), object: older }]);
    expect(await restored(copy, 0)).toMatchObject({ restored: 3, number: 3 });
  });
});
