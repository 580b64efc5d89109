import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { device, type Device } from './input-command.ts';
import { pathsIn, writeDatabase, writeTree, type Place } from './input-tree.ts';
import { withKey } from './input-world.ts';

/** The objects of the archive that the tests damage, by what is in them: paths in the cloud. */
export interface Objects {
  readonly descriptor: string;
  /** Oldest first. */
  readonly snapshots: readonly [string, string, string];
  /** Holds the message database, and the list of files of the first snapshot. */
  readonly messages: string;
  /** Holds a photo, and the list of files of the second snapshot. */
  readonly media: string;
  /** Holds the list of files of the third snapshot; what is new in it is an empty file. */
  readonly manifest: string;
}

/** An archive of three snapshots, and where it came from. */
export interface Original {
  readonly objects: Objects;
  readonly source: string;
  readonly key: string;
  /** A copy of cloud and device, to damage. */
  copy(name: string): Promise<Copy>;
}

/** A copy of an archive, the device that wrote it, and one that knows nothing of it yet. */
export interface Copy {
  readonly cloud: string;
  readonly owner: Device;
  readonly stranger: Device;
  /** The path of an object. */
  object(path: string): string;
}

/** Makes an archive whose packs hold one thing each. */
export async function makeOriginal(place: Place): Promise<Original> {
  const source = place.at('chats');
  const cloud = place.at('original', 'cloud');
  const owner = await withKey(place.at('original', 'profile'), `folder:${cloud}`);
  await writeDatabase(join(source, 'msgstore.db'), 200);
  const [messages] = await packsOf(owner, source, cloud);
  await writeTree(source, { 'Media/photo.jpg': 50_000 });
  const [media] = await packsOf(owner, source, cloud);
  await writeTree(source, { 'note.txt': '' });
  const [manifest] = await packsOf(owner, source, cloud);
  const all = await pathsIn(cloud);
  const objects = {
    descriptor: all.find((path) => path.endsWith('/descriptor'))!,
    snapshots: all.filter((path) => path.includes('/snapshots/')) as [string, string, string],
    messages: messages!,
    media: media!,
    manifest: manifest!,
  };
  const copy = (name: string): Promise<Copy> => copyOf(place, name);
  return { objects, source, key: owner.key, copy };
}

/** Makes a backup, and answers the packs that it added. */
async function packsOf(owner: Device, source: string, cloud: string): Promise<string[]> {
  const before = await pathsIn(cloud);
  await owner.run(['backup', source]);
  const added = (await pathsIn(cloud)).filter((path) => !before.includes(path));
  return added.filter((path) => path.includes('/packs/'));
}

async function copyOf(place: Place, name: string): Promise<Copy> {
  const folder = place.at('copies', name);
  await cp(place.at('original'), folder, { recursive: true });
  const state = join(folder, 'profile', 'device.json');
  const text = await readFile(state, 'utf8');
  await writeFile(state, text.replace(place.at('original', 'cloud'), join(folder, 'cloud')));
  return {
    cloud: `folder:${join(folder, 'cloud')}`,
    owner: device(join(folder, 'profile')),
    stranger: device(join(folder, 'new-profile')),
    object: (path) => join(folder, 'cloud', path),
  };
}

/** What may happen to an object. */
export type Damage = 'truncated' | 'flipped' | 'missing' | 'swapped' | 'empty';

/** Everything that may happen to an object. */
export const damages: readonly Damage[] = ['truncated', 'flipped', 'missing', 'swapped', 'empty'];

/** Damages an object: nearly all of it cut away, one bit flipped, it removed, another of its kind in its place. */
export async function damage(place: string, how: Damage): Promise<void> {
  if (how === 'missing') return rm(place);
  const bytes = await readFile(place);
  // Behind the header: of a pack, in its first chunk.
  const bit = Math.min(60, bytes.length / 2);
  if (how === 'flipped') bytes[bit]! ^= 0x10;
  const kept = { truncated: bytes.subarray(0, bit), empty: bytes.subarray(0, 0), flipped: bytes };
  return writeFile(place, how === 'swapped' ? await another(place) : kept[how]);
}

/** Another object of the same kind; of a descriptor, that of another archive. */
async function another(place: string): Promise<Buffer> {
  if (basename(place) === 'descriptor') {
    const bytes = await readFile(place);
    return Buffer.concat([bytes.subarray(0, 8), bytes.subarray(8).toReversed()]);
  }
  const folder = dirname(place);
  const other = (await readdir(folder)).toSorted().find((name) => join(folder, name) !== place);
  return readFile(join(folder, other!));
}
