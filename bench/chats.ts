import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChatStore, importExport, openSearchIndex, type NewMessage } from '@strongroom/chats';
import { indexInMemory, nodeSqlite } from '@strongroom/chats/node';
import { diceOf, history, conversations, timesOf } from '@strongroom/chats/sample';

const count = 100_000;

/** How long things take in a chat of 100,000 messages: `node --conditions=source bench/chats.ts`. */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-chats-'));
  try {
    await measure(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string): Promise<void> {
  const paths = { chats: join(folder, 'chats.db'), index: join(folder, 'search.db') };
  const [db, index] = [nodeSqlite(paths.chats), nodeSqlite(paths.index)];
  const store = new ChatStore(db, (chats) => openSearchIndex(chats, index));
  const messages = written();
  const chat = store.chatNamed('Choir', true);
  timed('write 100,000 messages, search index included', () => store.add(chat, messages));
  for (const [what, path] of Object.entries(paths))
    process.stdout.write(`${what}: ${((await stat(path)).size / 1e6).toFixed(1)} MB\n`);
  timed('the first window at the end', () => store.messages(chat, count - 60, count));
  timed('a window in the middle, each of 1000', () => {
    for (let at = 0; at < 1000; at++) store.messages(chat, (at * 7919) % count, ((at * 7919) % count) + 60);
  });
  for (const typed of ['train', 'se', 'tomorrow station', 'بيت', 'शादी'])
    timed(`search for ${typed}`, () => store.search(typed, { limit: 50 }));
  timed('a message in the past', () => store.add(chat, [{ ...messages[10]!, key: 'past' }]));
  timed('the chats', () => store.chats());
  timed('the counts', () => store.counts());
  timed('open the index again', () => openSearchIndex(db, index));
  timed('make the index anew', () => indexInMemory(db));
  await imported(messages);
}

async function imported(messages: readonly NewMessage[]): Promise<void> {
  const lines = messages.map(
    ({ at, from, text }) =>
      `[${new Date(at).toISOString().slice(0, 19).replace('T', ', ')}] ${from ?? 'Me'}: ${text}`,
  );
  const file = new File([lines.join('\r\n')], 'WhatsApp Chat - Choir.txt');
  const store = new ChatStore(nodeSqlite(':memory:'), indexInMemory);
  const sink = { write: async (): Promise<void> => {} };
  for (const what of ['read an export of 100,000 messages', 'read it again']) {
    const start = performance.now();
    const { messages: added, unreadLines } = await importExport(store, sink, file);
    report(`${what} (${added} added, ${unreadLines} lines unread)`, start);
  }
}

function written(): readonly NewMessage[] {
  const dice = diceOf(1);
  const chats = conversations(dice, 12).map(({ language }, row) => ({ row, language, members: [1, 2, 3] }));
  const times = timesOf(dice, count, Date.UTC(2024, 0, 1), 700);
  return [...history(dice, chats, times)].map(({ fromMe, sender, time, text }) =>
    fromMe
      ? { at: time, mine: true, kind: 'text', text }
      : { at: time, mine: false, kind: 'text', text, from: `Member ${sender}` },
  );
}

function timed(what: string, work: () => unknown): void {
  const start = performance.now();
  work();
  report(what, start);
}

function report(what: string, start: number): void {
  process.stdout.write(`${what}: ${(performance.now() - start).toFixed(1)} ms\n`);
}

await main();
