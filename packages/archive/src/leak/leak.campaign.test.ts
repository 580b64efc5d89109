import { decodeTime } from 'ulid';
import { describe, expect, test } from 'vitest';
import { campaignSize } from '../../../../tools/campaign.ts';
import { Rng } from '../fuzz/rng.ts';
import { chunksOf } from '../entry.ts';
import { readEntries } from '../read/entries.ts';
import { backup, newArchive, noise } from '../testing/fixtures.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import { Chats, chatBytes, pageSize, path, secretText } from './chats.ts';
import { MemoryPackCache } from './memory-pack-cache.ts';
import { Victim, sizesOf } from './victim.ts';

// Injection attacks on encrypted backups: somebody sends messages and attachments to the victim, and sees sizes, names and
// reads in the cloud after each backup. What they learn by it is what "What the cloud can learn" in the threat model says:
// the numbers here are the numbers there.

const trials = campaignSize({ short: 4, long: 300 });
const seeds = Array.from({ length: trials }, (_, i) => i + 1);
const MiB = 1024 * 1024;
const smallest = `${MiB} / 4096`;

/** An attachment: bytes that do not shrink. */
const attachment = (size: number, seed: number): MemoryTree[string] => ({
  category: 'media',
  content: noise(size, seed),
  identity: `${size} ${seed}`,
});

describe('an attachment that the victim has already, or has not', () => {
  const size = 300_000;

  /** The attacker sends `sent`; the victim has a file of the same size, the same one or another. */
  async function send(
    seed: number,
    has: boolean,
    options: { compress?: boolean; size?: number } = {},
  ): Promise<Victim> {
    const length = options.size ?? size;
    const old = { 'Media/holiday.jpg': attachment(length, has ? seed : 9_000_000 + seed) };
    const victim = await Victim.with(old, options);
    seen = await victim.backUp({ ...old, 'Media/received.jpg': attachment(length, seed) });
    return victim;
  }
  let seen: Awaited<ReturnType<Victim['backUp']>>;

  test('is stored whole both times, and the cloud sees the same', async () => {
    for (const seed of seeds) {
      await send(seed, true);
      const has = sizesOf(seen);
      await send(seed, false);
      expect(sizesOf(seen)).toBe(has);
      expect(has).toBe(smallest);
    }
  });

  test('shortens the list of files by some 32 bytes for each MiB: the name of an equal chunk stands there twice', async () => {
    for (const seed of seeds.slice(0, 3)) {
      for (const [size, chunks] of [
        [300_000, 1],
        [3_000_000, 3],
      ] as const) {
        const [has, hasNot] = [await send(seed, true, { size }), await send(seed, false, { size })];
        const shorter = (await hasNot.listBytes()) - (await has.listBytes());
        expect(shorter).toBeGreaterThan(20 * chunks);
        expect(shorter).toBeLessThan(45 * chunks);
      }
    }
  });

  test('which shows to who knows every other byte of the pack, and chooses the size to be at a step', async () => {
    const isOneStep = async (has: boolean, size: number): Promise<boolean> => {
      await send(1, has, { size });
      return sizesOf(seen) === smallest;
    };
    // The largest attachment with which the pack has 1 MiB, when the victim does not have it.
    let [fits, exceeds] = [MiB - 1000, MiB - 400];
    while (exceeds - fits > 1) {
      const middle = (fits + exceeds) >> 1;
      if (await isOneStep(false, middle)) fits = middle;
      else exceeds = middle;
    }
    // The compressed list varies by a few bytes from one time to the next.
    expect(await isOneStep(false, fits + 14)).toBe(false);
    expect(await isOneStep(true, fits + 14)).toBe(true);
  });

  test('and not with --no-compress: then the list has the same length, too', async () => {
    for (const seed of seeds.slice(0, 3)) {
      const compress = false;
      const [has, hasNot] = [await send(seed, true, { compress }), await send(seed, false, { compress })];
      expect(await has.listBytes()).toBe(await hasNot.listBytes());
    }
  });
});

describe('an attachment sent twice', () => {
  const size = 700_000;

  test('in two chats: is stored twice, and looks like two different ones', async () => {
    for (const seed of seeds) {
      const victim = await Victim.with({ 'notes.txt': 'x' });
      const twice = { 'Media/a.jpg': attachment(size, seed), 'Media/b.jpg': attachment(size, seed) };
      const other = await Victim.with({ 'notes.txt': 'x' });
      const different = { ...twice, 'Media/b.jpg': attachment(size, 9_000_000 + seed) };
      const seen = sizesOf(await victim.backUp(twice));
      expect(seen).toBe(sizesOf(await other.backUp(different)));
      expect(seen).toBe(`${1.5 * MiB} / 4096`);
      const packs: string[] = [];
      for await (const entry of readEntries(victim.archive, 'latest'))
        for (const { pack, ordinal } of chunksOf(entry)) packs.push(`${pack} ${ordinal}`);
      expect(new Set(packs).size, 'no chunk has two paths').toBe(packs.length);
    }
  });

  test('under the same name, in the place of the first: shows whether it is the same', async () => {
    const name = 'Media/a.jpg';
    const first = { [name]: attachment(size, 1) };
    const again = { [name]: { ...(first[name] as object), identity: 'written once more' } };
    const other = { [name]: attachment(size, 2) };
    const of = async (tree: MemoryTree): Promise<string> =>
      sizesOf(await (await Victim.with(first)).backUp(tree));
    expect(await of(again), 'a snapshot, and nothing else').toBe(' / 4096');
    expect(await of(other)).toBe(smallest);
  });
});

describe('a message that is equal to one of the victim’s, or not', () => {
  /** @returns sealed bytes of what the day changed in the database, and what the cloud sees */
  async function day(
    seed: number,
    guess: 'right' | 'wrong',
    secretIs: 'new' | 'old',
    compress = true,
  ): Promise<{ bytes: number; seen: string }> {
    const rng = new Rng(seed);
    const [sent, other] = [secretText(rng), secretText(rng)];
    const secret = guess === 'right' ? sent : other;
    const chats = new Chats(200);
    if (secretIs === 'old') chats.write(10, 2000, secret);
    const victim = await Victim.with(chats.tree(), { compress });
    const before = await chatBytes(victim);
    // Both pages change on the same day, and are stored in one chunk.
    if (secretIs === 'new') chats.write(10, 2000, secret);
    else chats.write(10, 3000, secretText(rng));
    chats.write(40, 2500, sent);
    const seen = sizesOf(await victim.backUp(chats.tree()));
    return { bytes: (await chatBytes(victim)) - before, seen };
  }

  test('of the same day: is compressed against it, some 40 of 60 bytes shorter; the cloud sees the same step', async () => {
    for (const seed of seeds) {
      const [right, wrong] = [await day(seed, 'right', 'new'), await day(seed, 'wrong', 'new')];
      expect(wrong.bytes - right.bytes).toBeGreaterThan(30);
      expect(wrong.bytes - right.bytes).toBeLessThan(60);
      expect(right.seen).toBe(wrong.seen);
      expect(right.seen).toBe(smallest);
    }
  });

  test('of another day: is not compressed against it, though its page changed: what stayed is zeros in a patch', async () => {
    for (const seed of seeds)
      expect(await day(seed, 'right', 'old')).toEqual(await day(seed, 'wrong', 'old'));
  });

  test.each(['new', 'old'] as const)('with --no-compress: no byte differs (%s)', async (secretIs) => {
    for (const seed of seeds) {
      const right = await day(seed, 'right', secretIs, false);
      expect(right).toEqual(await day(seed, 'wrong', secretIs, false));
    }
  });

  test('among the traffic of a day: at most one trial in a thousand could tell', async () => {
    // The steps are 256 KiB and more; what is to be told is 60 bytes. A day's other traffic is what it is.
    let differing = 0;
    for (const seed of seeds) {
      const rng = new Rng(70_000 + seed);
      const traffic = Array.from(
        { length: rng.below(300) },
        () => [1 + rng.below(900), 200 + rng.below(1800)] as const,
      );
      const days: string[] = [];
      for (const right of [true, false]) {
        const sent = secretText(new Rng(seed));
        const secret = right ? sent : secretText(new Rng(80_000 + seed));
        const chats = new Chats(910);
        const victim = await Victim.with(chats.tree());
        for (const [page, length] of traffic) chats.write(page, 2000, noise(length, page + seed));
        chats.write(903, 2000, secret);
        chats.write(905, 2500, sent);
        days.push(sizesOf(await victim.backUp(chats.tree())));
      }
      if (days[0] !== days[1]) differing++;
    }
    expect(differing).toBeLessThanOrEqual(Math.floor(trials / 100));
  });
});

describe('changed pages', () => {
  async function day(pages: number, bytes: number, compress: boolean): Promise<string> {
    const chats = new Chats(1500);
    const victim = await Victim.with(chats.tree(), { compress });
    for (let i = 0; i < pages; i++) chats.write(1 + 2 * i, 2000, noise(bytes, 99 * i + 1));
    return sizesOf(await victim.backUp(chats.tree()));
  }

  test('with --no-compress: show their number, in steps from 250, and not how much changed in each', async () => {
    expect(await day(1, 10, false)).toBe(smallest);
    expect(await day(250, 10, false)).toBe(smallest);
    expect(await day(250, 1500, false)).toBe(smallest);
    for (const bytes of [10, 1500]) expect(await day(500, bytes, false)).toBe(`${2 * MiB} / 4096`);
    expect(500 * pageSize).toBeLessThan(2 * MiB);
  });

  test('compressed: show about how much text is new in all of them', async () => {
    expect(await day(700, 10, true)).toBe(smallest);
    expect(await day(700, 1500, true)).toBe(`${1.25 * MiB} / 4096`);
  });
});

describe('what a backup reads', () => {
  const changedPages = [10, 700];

  async function readsOf(page: number, cache?: MemoryPackCache): Promise<readonly string[]> {
    const chats = new Chats(1500);
    const victim = await Victim.with(chats.tree(), { compress: false, ...(cache && { cache }) });
    chats.write(page, 2000, noise(60, 5));
    return (await victim.backUp(chats.tree())).reads;
  }

  test('on a device that keeps its cache: nothing of any pack', async () => {
    for (const page of changedPages) expect(await readsOf(page, new MemoryPackCache())).toEqual([]);
  });

  test('without the cache: blocks of 2 MiB, among them those in which the changed pages were', async () => {
    const [first, later] = (await Promise.all(changedPages.map((page) => readsOf(page)))) as [
      string[],
      string[],
    ];
    const block = 2 * MiB;
    for (const read of [...first, ...later]) expect(read).toMatch(new RegExp(`^\\d+ ${block}$`));
    // Page 700 begins 2.7 MiB from the start of its pack.
    expect(later).toContain(`${block} ${block}`);
    expect(first).not.toContain(`${block} ${block}`);
  });
});

describe('what a restore reads', () => {
  test('shows the size of every media file to the byte', async () => {
    const victim = await Victim.with({
      'Media/a.jpg': attachment(123_456, 1),
      'Media/b.jpg': attachment(234_567, 2),
    });
    const reads = await victim.restore();
    const lengths = reads.map((read) => Number(read.split(' ')[1]));
    expect(lengths).toEqual(expect.arrayContaining([123_456 + 17, 234_567 + 17]));
  });

  test('of parts, as find and diff, shows how long each chunk is to the byte, compressed as it is', async () => {
    const lengths: number[] = [];
    for (const guess of ['right', 'wrong'] as const) {
      const [sent, other] = [secretText(new Rng(1)), secretText(new Rng(2))];
      const chats = new Chats(60);
      chats.write(10, 2000, guess === 'right' ? sent : other);
      chats.write(40, 2500, sent);
      const victim = await Victim.with(chats.tree());
      const reads = await victim.restore(({ category }) => category === 'messages');
      lengths.push(...reads.map((read) => Number(read.split(' ')[1])).filter((length) => length > 10_000));
    }
    const [right, wrong] = lengths as [number, number];
    expect(lengths).toHaveLength(2);
    expect(wrong - right).toBeGreaterThan(8);
  });
});

describe('names', () => {
  test('say nothing but when a snapshot was made', async () => {
    const tree: MemoryTree = { 'a.txt': 'the same every time' };
    const now = Date.UTC(2026, 0, 1);
    const names: string[] = [];
    for (let i = 0; i < 16; i++) {
      const { archive, store } = await newArchive();
      await backup(archive, tree, { now: () => now });
      names.push(...store.objects.keys());
    }
    const ids = (part: string): string[] =>
      names.filter((name) => name.includes(part)).map((name) => name.slice(33 + part.length - 1));
    const packs = ids('/packs/');
    expect(new Set(packs).size).toBe(16);
    const ones = packs.map((pack) => BigInt(`0x${pack}`).toString(2).replaceAll('0', '').length);
    const sum = ones.reduce((a, b) => a + b, 0);
    // 16 · 128 fair coins: 1024 heads, 23 more or less, six times over.
    expect(Math.abs(sum - 1024)).toBeLessThan(6 * 23);
    const snapshots = ids('/snapshots/');
    expect(new Set(snapshots.map((id) => decodeTime(id)))).toEqual(new Set([now]));
    expect(new Set(snapshots.map((id) => id.slice(10))).size, 'the rest of the name is random').toBe(16);
  });

  test('of packs do not follow the order in which they were made', async () => {
    const { archive, store } = await newArchive();
    for (let i = 0; i < 12; i++) await backup(archive, { 'a.txt': `version ${i}` });
    const packs = [...store.objects.keys()].filter((name) => name.includes('/packs/'));
    expect(packs).toHaveLength(12);
    // One chance in 12!, 479 million, each.
    expect(packs).not.toEqual(packs.toSorted());
    expect(packs).not.toEqual(packs.toSorted().toReversed());
  });

  test('and what is clear in snapshots: that they are sealed under the same key', async () => {
    const [one, other] = [await newArchive(), await newArchive()];
    const clear = async ({ archive, store }: typeof one): Promise<string> => {
      await backup(archive, { [path]: 'x' });
      const [, bytes] = [...store.objects].find(([name]) => name.includes('/snapshots/'))!;
      return Buffer.from(bytes.subarray(8, 24)).toString('hex');
    };
    expect(await clear(one)).toBe(await clear(other));
    expect(await clear(one)).toBe(Buffer.from(one.archive.keys.current.check).toString('hex'));
  });
});
