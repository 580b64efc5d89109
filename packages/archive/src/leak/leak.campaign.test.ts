import { decodeTime } from 'ulid';
import { describe, expect, test } from 'vitest';
import { campaignSize } from '../../../../tools/campaign.ts';
import { chunksOf } from '../entry.ts';
import { Rng } from '../../../../tools/fuzz/rng.ts';
import { readEntries } from '../read/entries.ts';
import { backup, newArchive } from '../testing/fixtures.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import {
  attachment,
  changePages,
  readsOfBackup,
  sendAttachment,
  sendGuess,
  sendGuessInTraffic,
} from './attacks.ts';
import { Chats, pageSize, secretText } from './chats.ts';
import { MemoryPackCache } from './memory-pack-cache.ts';
import { Victim, sizesOf } from './victim.ts';

// Injection attacks on encrypted backups: somebody sends messages and attachments to the victim, and sees names, sizes and
// reads in the cloud. What they learn by it is what "What the cloud can learn" in docs/threat-model.md says: the numbers
// here are the numbers there.

const trials = campaignSize({ short: 2, long: 100 });
const seeds = Array.from({ length: trials }, (_, i) => i + 1);
const KiB = 1024;
const MiB = 1024 * KiB;
// One pack of the smallest size and one snapshot of the smallest size.
const smallest = `${MiB} / 4096`;

const lengthsOf = (reads: readonly string[]): number[] => reads.map((read) => Number(read.split(' ')[1]));

describe('an attachment that the victim has already, or has not', () => {
  test('is stored whole both times, and the cloud sees the same', async () => {
    for (const seed of seeds) {
      const [has, hasNot] = [
        await sendAttachment(seed, true, 300_000),
        await sendAttachment(seed, false, 300_000),
      ];
      expect(sizesOf(has.seen)).toBe(smallest);
      expect(sizesOf(hasNot.seen)).toBe(smallest);
    }
  });

  test.each([300_000, 3_000_000])(
    'of %i bytes: leaves the list of files as long as it is without',
    async (size) => {
      for (const seed of seeds.slice(0, 3)) {
        const has = await sendAttachment(seed, true, size);
        const hasNot = await sendAttachment(seed, false, size);
        expect(await has.victim.listBytes()).toBe(await hasNot.victim.listBytes());
      }
    },
  );

  test('shows nothing either to who knows the rest of the pack to the byte, and chooses a size at a step', async () => {
    // The largest attachment with which the pack has 1 MiB, when the victim does not have it.
    let [fits, exceeds] = [MiB - 8000, MiB - 400];
    while (exceeds - fits > 1) {
      const middle = (fits + exceeds) >> 1;
      const isSmallest = sizesOf((await sendAttachment(1, false, middle)).seen) === smallest;
      [fits, exceeds] = isSmallest ? [middle, exceeds] : [fits, middle];
    }
    expect(sizesOf((await sendAttachment(1, true, fits)).seen)).toBe(smallest);
    expect(sizesOf((await sendAttachment(1, true, exceeds)).seen)).toBe(`${1.25 * MiB} / 4096`);
  });

  test('with --no-compress: the list has the same length, too', async () => {
    for (const seed of seeds) {
      const compress = false;
      const has = await sendAttachment(seed, true, 300_000, { compress });
      const hasNot = await sendAttachment(seed, false, 300_000, { compress });
      expect(await has.victim.listBytes()).toBe(await hasNot.victim.listBytes());
    }
  });
});

describe('an attachment sent twice', () => {
  const size = 700_000;

  test('in two chats: is stored twice, and looks like two different ones', async () => {
    for (const seed of seeds) {
      const before = { 'notes.txt': 'x' };
      const twice = { 'Media/a.jpg': attachment(size, seed), 'Media/b.jpg': attachment(size, seed) };
      const different = { ...twice, 'Media/b.jpg': attachment(size, 9_000_000 + seed) };
      const [victim, other] = [await Victim.with(before), await Victim.with(before)];
      expect(sizesOf(await victim.backUp(twice))).toBe(`${1.5 * MiB} / 4096`);
      expect(sizesOf(await other.backUp(different))).toBe(`${1.5 * MiB} / 4096`);
      const places: string[] = [];
      for await (const entry of readEntries(victim.archive, 'latest'))
        for (const { pack, ordinal } of chunksOf(entry)) places.push(`${pack} ${ordinal}`);
      expect(places).toHaveLength(2);
      expect(new Set(places).size, 'no chunk has two paths').toBe(2);
    }
  });

  test('in the place of the first, under its name: shows whether it is the same', async () => {
    const name = 'Media/a.jpg';
    const first = { [name]: attachment(size, 1) };
    const again = { [name]: { ...(first[name] as object), identity: 'written once more' } };
    const other = { [name]: attachment(size, 2) };
    expect(sizesOf(await (await Victim.with(first)).backUp(again)), 'a snapshot alone').toBe(' / 4096');
    expect(sizesOf(await (await Victim.with(first)).backUp(other))).toBe(smallest);
  });
});

describe('a message that is equal to one of the victim’s, or not', () => {
  test('of the same day: is 30 to 60 bytes shorter by it; the cloud sees the same step', async () => {
    for (const seed of seeds) {
      const [right, wrong] = [await sendGuess(seed, 'right', 'new'), await sendGuess(seed, 'wrong', 'new')];
      expect(wrong.bytes - right.bytes).toBeGreaterThan(30);
      expect(wrong.bytes - right.bytes).toBeLessThan(60);
      expect(right.seen).toBe(smallest);
      expect(wrong.seen).toBe(smallest);
    }
  });

  test('of another day: no byte differs, though its page changed: what stayed is zeros in the patch', async () => {
    for (const seed of seeds) {
      expect(await sendGuess(seed, 'right', 'old')).toEqual(await sendGuess(seed, 'wrong', 'old'));
    }
  });

  test.each(['new', 'old'] as const)('with --no-compress: no byte differs (%s)', async (secretIs) => {
    for (const seed of seeds) {
      const right = await sendGuess(seed, 'right', secretIs, { compress: false });
      expect(right).toEqual(await sendGuess(seed, 'wrong', secretIs, { compress: false }));
    }
  });

  test('among the traffic of a day: the cloud sees the same in 99 of 100 trials and more', async () => {
    let differing = 0;
    for (const seed of seeds) {
      const right = await sendGuessInTraffic(seed, 'right');
      if (right !== (await sendGuessInTraffic(seed, 'wrong'))) differing++;
    }
    expect(differing).toBeLessThanOrEqual(trials / 100);
  });
});

describe('changed pages', () => {
  test('with --no-compress: show their number in steps, the first up to 250, and not how much of each changed', async () => {
    for (const bytes of [10, 1500]) {
      expect(await changePages(1, bytes, { compress: false })).toBe(smallest);
      expect(await changePages(250, bytes, { compress: false })).toBe(smallest);
      expect(await changePages(500, bytes, { compress: false })).toBe(`${2 * MiB} / 4096`);
    }
    expect(260 * pageSize).toBeGreaterThan(MiB);
  });

  test('compressed: show in the same steps how much is new in all of them', async () => {
    expect(await changePages(700, 10, { compress: true })).toBe(smallest);
    expect(await changePages(700, 1500, { compress: true })).toBe(`${1.25 * MiB} / 4096`);
  });
});

describe('what a backup reads', () => {
  test('on a device that keeps its cache: nothing of any pack', async () => {
    for (const page of [10, 700]) {
      expect(await readsOfBackup(page, { compress: false, cache: new MemoryPackCache() })).toEqual([]);
    }
  });

  test('without the cache: blocks of 2 MiB, among them those in which the changed pages were', async () => {
    const second = `${2 * MiB} ${2 * MiB}`;
    const [first, later] = [
      await readsOfBackup(10, { compress: false }),
      await readsOfBackup(700, { compress: false }),
    ];
    const wholeOrHeader = [2 * MiB, 16 * KiB];
    for (const length of lengthsOf([...first, ...later])) expect(wholeOrHeader).toContain(length);
    // Page 700 is 2.7 MiB from the start of its pack.
    expect(first).not.toContain(second);
    expect(later).toContain(second);
  });
});

describe('what a restore reads', () => {
  test('of media: about where and how large every file is, in steps of 16 KiB', async () => {
    const tree = { 'Media/a.jpg': attachment(123_456, 1), 'Media/b.jpg': attachment(234_567, 2) };
    const lengths = lengthsOf(await (await Victim.with(tree)).restore());
    expect(lengths).toEqual(expect.arrayContaining([8 * 16 * KiB, 15 * 16 * KiB]));
    for (const length of lengths) expect(length % (16 * KiB)).toBe(0);
  });

  test('of a part, as find and diff: no chunk to the byte, and not whether a guess was right', async () => {
    const lengths: string[] = [];
    for (const guess of ['right', 'wrong']) {
      const [sent, other] = [secretText(new Rng(1)), secretText(new Rng(2))];
      const chats = new Chats(60);
      chats.write(10, 2000, guess === 'right' ? sent : other);
      chats.write(40, 2500, sent);
      const victim = await Victim.with(chats.tree());
      const reads = await victim.restore(({ category }) => category === 'messages');
      for (const length of lengthsOf(reads)) expect(length % (16 * KiB)).toBe(0);
      lengths.push(lengthsOf(reads).join());
    }
    expect(lengths[0]).toBe(lengths[1]);
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
    const ids = (part: string): string[] => names.flatMap((name) => name.split(part).slice(1));
    const ones = ids('/packs/').map((id) => BigInt(`0x${id}`).toString(2).replaceAll('0', '').length);
    // 16 · 128 fair coins: 1024 heads, 23 more or less, six times over.
    expect(Math.abs(ones.reduce((a, b) => a + b, 0) - 1024)).toBeLessThan(6 * 23);
    expect(new Set(ids('/packs/')).size).toBe(16);
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

  test('and snapshots show under which key they are sealed: 16 bytes, the same until the key changes', async () => {
    const { archive, store } = await newArchive();
    for (let i = 0; i < 3; i++) await backup(archive, { 'a.txt': 'x' });
    const snapshots = [...store.objects].filter(([name]) => name.includes('/snapshots/'));
    const shown = snapshots.map(([, bytes]) => Buffer.from(bytes.subarray(8, 24)).toString('hex'));
    expect(shown).toEqual([1, 2, 3].map(() => archive.keys.current.id));
  });
});
