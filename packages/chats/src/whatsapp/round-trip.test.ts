import { isStrongroomError } from '@strongroom/core';
import { BlobWriter, TextReader, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexInMemory, nodeSqlite } from '../node/index.ts';
import { sampleChats } from '../samples/sample-chats.ts';
import { ChatStore } from '../store/chat-store.ts';
import { MemoryMedia } from '../testing/memory-media.ts';
import { importExport } from './import-export.ts';
import { exportChat } from './write-export.ts';

const now = Date.UTC(2026, 10, 22, 9, 41);
const me = 'Kim Example';

function newStore(): ChatStore {
  return new ChatStore(nodeSqlite(':memory:'), indexInMemory);
}

interface Place {
  readonly store: ChatStore;
  readonly media: MemoryMedia;
}

async function sampled(seed: number): Promise<Place> {
  const store = newStore();
  const media = new MemoryMedia();
  await sampleChats(store, media, { seed, messages: 200, media: 10, chats: 4, now });
  return { store, media };
}

/** All that a person sees of a chat. Exports tell the time to the second. */
function seen({ store, media }: Place, chatId: number): readonly object[] {
  return store.messages(chatId, 0, 10_000).map(({ at, from, mine, kind, text, edited, media: file }) => ({
    at: Math.floor(at / 1000),
    from,
    mine,
    kind,
    text,
    edited,
    bytes: file && media.files.get(file.path),
  }));
}

function exported({ store, media }: Place, chatId: number): Promise<File> {
  return exportChat(store, chatId, { media: true, me, read: media.read });
}

describe('sample chats', () => {
  test('are the same when they were exported and imported on another device, and the same zip adds nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10_000 }), async (seed) => {
        const from = await sampled(seed);
        const to = { store: newStore(), media: new MemoryMedia() };
        for (const { id, title, isGroup, messages } of from.store.chats()) {
          const zip = await exported(from, id);
          const imported = await importExport(to.store, to.media, zip, { me });
          expect(imported).toMatchObject({ messages, unreadLines: 0 });
          expect(seen(to, imported.chatId)).toEqual(seen(from, id));
          const chat = to.store.chats().find(({ id }) => id === imported.chatId);
          // A group in which hardly anybody wrote cannot be told from a chat of two.
          const canBeTold = !isGroup || peopleIn(from, id) > 2;
          expect(chat).toMatchObject({ title, messages, isGroup: canBeTold ? isGroup : chat!.isGroup });
          expect(await importExport(to.store, to.media, zip, { me })).toMatchObject({
            messages: 0,
            media: 0,
          });
        }
      }),
      { numRuns: 8 },
    );
  });
});

/** How many wrote in a chat. */
function peopleIn({ store }: Place, chatId: number): number {
  return new Set(store.messages(chatId, 0, 10_000).map(({ from, mine }) => (mine ? me : from))).size;
}

function picture(at: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 5000 }, (_, i) => i * at);
}

function lineOf(name: string, at: number): string {
  return `\u200e[2023-12-31, 21:15:${String(at).padStart(2, '0')}] Anna: \u200e<attached: ${name}>`;
}

describe('stopped in the middle', () => {
  const names = Array.from({ length: 30 }, (_, at) => `${String(at).padStart(8, '0')}-notes ${at}.bin`);

  async function pictures(): Promise<File> {
    const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
    const hello = '[2023-12-31, 21:14:00] Anna: hello';
    await zip.add('_chat.txt', new TextReader([hello, ...names.map(lineOf)].join('\r\n')));
    for (const [at, name] of names.entries()) await zip.add(name, new Uint8ArrayReader(picture(at)));
    return new File([await zip.close()], 'WhatsApp Chat - Anna.zip');
  }

  test('an import says so by the code cancelled; every file that is there has its message, and the rest comes later', async () => {
    const file = await pictures();
    await fc.assert(
      fc.asyncProperty(fc.nat(29), async (after) => {
        const place = { store: newStore(), media: new MemoryMedia() };
        const stop = new AbortController();
        const sink = {
          write: async (path: string, bytes: ReadableStream<Uint8Array<ArrayBuffer>>) => {
            if (place.media.files.size === after) stop.abort();
            await place.media.write(path, bytes);
          },
        };
        const stopped = importExport(place.store, sink, file, { me, signal: stop.signal });
        await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
        expect([...place.store.mediaPaths()].toSorted()).toEqual([...place.media.files.keys()].toSorted());
        const { chatId } = await importExport(place.store, place.media, file, { me });
        const bytes = seen(place, chatId).map((message) => (message as { bytes: Uint8Array }).bytes);
        expect(bytes).toEqual([undefined, ...names.map((_, at) => picture(at))]);
      }),
      { numRuns: 15 },
    );
  });

  test('an import that was stopped before it began writes nothing', async () => {
    const store = newStore();
    const signal = AbortSignal.abort();
    const stopped = importExport(store, new MemoryMedia(), await pictures(), { signal });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(store.counts()).toMatchObject({ messages: 0, media: 0 });
  });

  test('an import never writes over a file that is there, whoever it is of', async () => {
    const media = new MemoryMedia();
    const taken = new Set(['media/1/notes 0.bin']);
    const sink = { write: media.write.bind(media), has: (path: string) => taken.has(path) };
    await importExport(newStore(), sink, await pictures(), { me });
    expect(media.files.size).toBe(30);
    expect([...media.files.keys()].filter((path) => taken.has(path))).toEqual([]);
  });

  test('an export says so by the code cancelled, also in the middle of a file', async () => {
    const from = await sampled(3);
    const { id } = from.store.chats().toSorted((a, b) => b.messages - a.messages)[0]!;
    const stop = new AbortController();
    const read = async (path: string): Promise<Blob | undefined> => {
      stop.abort();
      return from.media.read(path);
    };
    const error: unknown = await exportChat(from.store, id, {
      media: true,
      me,
      read,
      signal: stop.signal,
    }).catch((thrown: unknown) => thrown);
    expect(isStrongroomError(error, 'cancelled')).toBe(true);
  });

  test('sample chats, too', async () => {
    const stopped = sampleChats(newStore(), new MemoryMedia(), { signal: AbortSignal.abort(), now });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  });
});
