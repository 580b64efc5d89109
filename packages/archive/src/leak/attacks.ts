import { Rng } from '../../../../tools/fuzz/rng.ts';
import { noise } from '../testing/fixtures.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import { Chats, chatBytes, secretText } from './chats.ts';
import { type Seen, Victim, type VictimOptions, sizesOf } from './victim.ts';

/** What came of an attack: what the cloud saw of the backup after it, and the victim. */
export interface Attacked {
  readonly seen: Seen;
  readonly victim: Victim;
}

/** An attachment: bytes that do not shrink. */
export function attachment(size: number, seed: number): MemoryTree[string] {
  return { category: 'media', content: noise(size, seed), identity: `${size} ${seed}` };
}

/** Sends an attachment to somebody who has the same already, or another of the same size. */
export async function sendAttachment(
  seed: number,
  has: boolean,
  size: number,
  options: VictimOptions = {},
): Promise<Attacked> {
  const old = { 'Media/holiday.jpg': attachment(size, has ? seed : 9_000_000 + seed) };
  const victim = await Victim.with(old, options);
  return { victim, seen: await victim.backUp({ ...old, 'Media/received.jpg': attachment(size, seed) }) };
}

/**
 * Sends a message that is equal to a secret of the victim's, or not. Both are on pages that change on the same day,
 * and so are stored in one chunk.
 * @param secretIs written on that day, or there before on a page on which something else is written
 * @returns sealed bytes of what the day changed in the database, and what the cloud sees
 */
export async function sendGuess(
  seed: number,
  guess: 'right' | 'wrong',
  secretIs: 'new' | 'old',
  options: VictimOptions = {},
): Promise<{ bytes: number; seen: string }> {
  const rng = new Rng(seed);
  const [sent, other] = [secretText(rng), secretText(rng)];
  const secret = guess === 'right' ? sent : other;
  const chats = new Chats(200);
  if (secretIs === 'old') chats.write(10, 2000, secret);
  const victim = await Victim.with(chats.tree(), options);
  const before = await chatBytes(victim);
  if (secretIs === 'new') chats.write(10, 2000, secret);
  else chats.write(10, 3000, secretText(rng));
  chats.write(40, 2500, sent);
  const seen = sizesOf(await victim.backUp(chats.tree()));
  return { bytes: (await chatBytes(victim)) - before, seen };
}

/** The same with a new secret, among other messages of the day, of which the attacker knows nothing. */
export async function sendGuessInTraffic(seed: number, guess: 'right' | 'wrong'): Promise<string> {
  const traffic = new Rng(70_000 + seed);
  const chats = new Chats(910);
  const victim = await Victim.with(chats.tree());
  for (let n = traffic.below(300); n > 0; n--)
    chats.write(1 + traffic.below(900), 2000, noise(200 + traffic.below(1800), n + seed));
  const rng = new Rng(seed);
  const [sent, other] = [secretText(rng), secretText(rng)];
  chats.write(903, 2000, guess === 'right' ? sent : other);
  chats.write(905, 2500, sent);
  return sizesOf(await victim.backUp(chats.tree()));
}

/** A day on which so many pages change, each by so many bytes. */
export async function changePages(pages: number, bytes: number, options: VictimOptions): Promise<string> {
  const chats = new Chats(1500);
  const victim = await Victim.with(chats.tree(), options);
  for (let i = 0; i < pages; i++) chats.write(1 + 2 * i, 2000, noise(bytes, 99 * i + 1));
  return sizesOf(await victim.backUp(chats.tree()));
}

/** What a backup reads on a day on which one page changes, each time as "offset length". */
export async function readsOfBackup(page: number, options: VictimOptions): Promise<readonly string[]> {
  const chats = new Chats(1500);
  const victim = await Victim.with(chats.tree(), options);
  chats.write(page, 2000, noise(60, 5));
  return (await victim.backUp(chats.tree())).reads;
}
