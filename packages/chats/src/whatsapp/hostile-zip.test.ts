import { isStrongroomError } from '@strongroom/core';
import { BlobWriter, TextReader, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { indexInMemory, nodeSqlite } from '../node/index.ts';
import { ChatStore } from '../store/chat-store.ts';
import { MemoryMedia } from '../testing/memory-media.ts';
import { importExport } from './import-export.ts';

const lines = Array.from(
  { length: 60 },
  (_, at) => `[2023-12-31, 21:15:${String(at).padStart(2, '0')}] Anna: message ${at}`,
);
const chat = [...lines, '\u200e[2023-12-31, 21:16:00] Ben: \u200e<attached: 00000061-a.bin>'].join('\r\n');
const media = Uint8Array.from({ length: 3000 }, (_, at) => (at * at) % 251);
let whole: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  await zip.add('_chat.txt', new TextReader(chat));
  await zip.add('00000061-a.bin', new Uint8ArrayReader(media));
  whole = new Uint8Array(await (await zip.close()).arrayBuffer());
});

/** What comes of reading some bytes in: how many messages, or the code of the error. */
async function take(bytes: Uint8Array<ArrayBuffer>): Promise<number | string> {
  const store = new ChatStore(nodeSqlite(':memory:'), indexInMemory);
  const files = new MemoryMedia();
  try {
    const { messages } = await importExport(store, files, new File([bytes], 'a.zip'));
    for (const file of files.files.values()) expect(file).toEqual(media);
    return messages;
  } catch (error) {
    if (!isStrongroomError(error)) throw error;
    return error.code;
  }
}

describe('a zip of which bytes were changed', () => {
  test('is read when they were not', async () => {
    expect(await take(whole)).toBe(61);
  });

  // Without the name of its text, it is none.
  test('is read rightly, or refused; never half, never with another error', async () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = whole.slice();
        for (const { at, to } of changes) bytes[at % bytes.length] = to;
        expect([61, 'malformed', 'not-an-export']).toContain(await take(bytes));
      }),
      { numRuns: 150 },
    );
  });

  test('or that ends too early, is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (length) => {
        // The first bytes alone could be of anything.
        const code = length % (whole.length - 1) < 2 ? 'not-an-export' : 'malformed';
        expect(await take(whole.slice(0, length % (whole.length - 1)))).toBe(code);
      }),
      { numRuns: 60 },
    );
  });
});
