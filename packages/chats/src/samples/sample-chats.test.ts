import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { indexInMemory, nodeSqlite } from '../node/index.ts';
import { diceOf } from '../sample/dice.ts';
import { ChatStore } from '../store/chat-store.ts';
import { MemoryMedia } from '../testing/memory-media.ts';
import { landscape } from './picture.ts';
import { sampleChats } from './sample-chats.ts';
import { voiceNote } from './voice-note.ts';

const now = Date.UTC(2026, 10, 22, 9, 41);

async function sampled(options: { seed?: number; messages?: number; media?: number } = {}) {
  const store = new ChatStore(nodeSqlite(':memory:'), indexInMemory);
  const media = new MemoryMedia();
  const made = await sampleChats(store, media, { messages: 400, media: 12, ...options, now });
  const messages = store.chats().flatMap(({ id }) => store.messages(id, 0, 1000));
  return { store, media, made, messages };
}

describe('sample chats', () => {
  test('are as many as were asked for, end just now, and their files are there', async () => {
    const { store, media, made, messages } = await sampled();
    expect(made).toEqual({ messages: 400, media: 12 });
    expect(store.counts()).toMatchObject({ messages: 400, media: 12, mediaMissing: 0 });
    const latest = Math.max(...messages.map(({ at }) => at));
    expect(now - latest).toBeGreaterThan(0);
    expect(now - latest).toBeLessThan(3 * 3_600_000);
    for (const { media: file } of messages.filter(({ media }) => media !== undefined))
      expect(media.files.get(file!.path)!.length).toBe(file!.size);
    expect(store.chats().some(({ isGroup }) => isGroup)).toBe(true);
  });

  test('are the same for the same seed, and written once', async () => {
    const [one, two, other] = [await sampled(), await sampled(), await sampled({ seed: 2 })];
    expect(two.messages).toEqual(one.messages);
    expect(other.messages).not.toEqual(one.messages);
    expect(
      (await sampleChats(one.store, new MemoryMedia(), { messages: 400, media: 12, now })).messages,
    ).toBe(0);
  });
});

describe('a picture', () => {
  test('is a PNG of its size, whole, and small', async () => {
    const bytes = Buffer.from(await landscape(diceOf(1), 320, 240));
    expect(bytes.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([320, 240]);
    const length = bytes.readUInt32BE(33);
    expect(bytes.subarray(37, 41).toString()).toBe('IDAT');
    expect(inflateSync(bytes.subarray(41, 41 + length))).toHaveLength(240 * (1 + 320 * 3));
    expect(bytes.subarray(-8).toString('hex')).toBe('49454e44ae426082');
    expect(bytes.length).toBeLessThan(60_000);
  });
});

describe('a voice note', () => {
  test('is a WAV of its length, and not silent', () => {
    const bytes = Buffer.from(voiceNote(diceOf(1), 3));
    expect(bytes.subarray(0, 4).toString() + bytes.subarray(8, 12).toString()).toBe('RIFFWAVE');
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
    expect(bytes.readUInt32LE(40)).toBe(3 * 8000 * 2);
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset + 44, 3 * 8000);
    expect(Math.max(...samples)).toBeGreaterThan(4000);
    expect(Math.max(...samples)).toBeLessThan(32_000);
  });
});
