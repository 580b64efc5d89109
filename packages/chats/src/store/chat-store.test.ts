import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { databaseVersion } from '../database/migrations.ts';
import { schema } from '../database/schema.ts';
import { numberOf } from '../database/sql-database.ts';
import { indexInMemory, nodeSqlite, sha256Base64 } from '../node/index.ts';
import { addChats, addMessages, conversations, diceOf, history, timesOf } from '../sample/index.ts';
import { openSearchIndex } from '../search/search-index.ts';
import { ChatStore, type ChatStoreOptions } from './chat-store.ts';
import type { MessageView, NewMedia, NewMessage } from './views.ts';

const noon = Date.UTC(2026, 0, 31, 12);

function opened(options: ChatStoreOptions = {}) {
  const db = nodeSqlite(':memory:');
  const index = nodeSqlite(':memory:');
  return { db, index, store: new ChatStore(db, (chats) => openSearchIndex(chats, index), options) };
}

function text(at: number, words: string, from?: string): NewMessage {
  const base = { at, kind: 'text' as const, text: words };
  return from === undefined ? { ...base, mine: true } : { ...base, mine: false, from };
}

const words = (messages: readonly MessageView[]): readonly string[] => messages.map(({ text }) => text);

describe('the chat database', () => {
  test('is made at once, in pages of 4096 bytes and without a log', () => {
    const { db } = opened();
    expect(numberOf(db, 'PRAGMA user_version')).toBe(databaseVersion);
    expect(numberOf(db, 'PRAGMA page_size')).toBe(4096);
    expect(numberOf(db, "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%fts%'")).toBe(0);
  });

  test("may be one that has WhatsApp's own schema: nothing is lost, and it is opened twice", () => {
    const db = nodeSqlite(':memory:');
    db.exec(schema);
    const dice = diceOf(3);
    const chats = addChats(db, conversations(dice, 20), noon);
    const times = timesOf(dice, 3000, noon, 30);
    addMessages(db, dice, history(dice, chats, times), new Map(), sha256Base64);
    const index = nodeSqlite(':memory:');
    const store = new ChatStore(db, (chats) => openSearchIndex(chats, index));
    expect(store.counts()).toMatchObject({ chats: 20, messages: 3000 });
    const total = store.chats().reduce((sum, { messages }) => sum + messages, 0);
    expect(total).toBe(3000);
    expect(new ChatStore(db, (chats) => openSearchIndex(chats, index)).chats()).toEqual(store.chats());
    const [lively] = store.chats().toSorted((a, b) => b.messages - a.messages);
    const notice = lively!.isGroup ? 'group-created' : 'encrypted';
    expect(store.messages(lively!.id, 0, 1)[0]).toMatchObject({ kind: 'system', mine: false, notice });
  });

  test('tells of a notice what it is, but of one that came with its own words only these', () => {
    const { store } = opened();
    const chat = store.chatNamed('The choir', true, noon);
    const own = 'Anna hat die Gruppe erstellt.';
    store.add(chat, [{ at: noon, mine: false, kind: 'system', text: own }]);
    expect(store.messages(chat, 0, 1)[0]).toMatchObject({ kind: 'system', text: own });
    expect(store.messages(chat, 0, 1)[0]).not.toHaveProperty('notice');
    expect(store.chats()[0]?.last).toEqual({ at: noon, text: own, kind: 'system' });
  });

  test('of a newer app is refused, and stays as it is', () => {
    const db = nodeSqlite(':memory:');
    db.exec('PRAGMA user_version = 99');
    expect(() => new ChatStore(db, indexInMemory)).toThrowError(
      expect.objectContaining({ code: 'newer-version' }),
    );
    expect(numberOf(db, 'SELECT count(*) FROM sqlite_schema')).toBe(0);
  });
});

describe('chats', () => {
  test('are sorted by their last message, which is shown', () => {
    const { store } = opened();
    const anna = store.chatNamed('Anna', false);
    const choir = store.chatNamed('Choir', true);
    store.add(choir, [text(noon, 'Tuesday?', 'Ben')]);
    store.add(anna, [text(noon + 1, 'Hello', 'Anna')]);
    expect(store.chats()).toEqual([
      {
        id: anna,
        title: 'Anna',
        isGroup: false,
        messages: 1,
        last: { at: noon + 1, text: 'Hello', from: 'Anna', kind: 'text' },
      },
      {
        id: choir,
        title: 'Choir',
        isGroup: true,
        messages: 1,
        last: { at: noon, text: 'Tuesday?', from: 'Ben', kind: 'text' },
      },
    ]);
    store.add(choir, [text(noon + 2, 'Yes')]);
    expect(store.chats()[0]).toMatchObject({ id: choir, last: { text: 'Yes' } });
  });

  test('with a person and with a group of the same name are two', () => {
    const { store } = opened();
    const one = store.chatNamed('Anna', false);
    expect(store.chatNamed('Anna', true)).not.toBe(one);
    expect(store.chatNamed('Anna', false)).toBe(one);
  });
});

describe('messages', () => {
  test('are read by position, and what is beyond the ends is left out', () => {
    const { store } = opened();
    const chat = store.chatNamed('Choir', true);
    store.add(
      chat,
      Array.from({ length: 1000 }, (_, at) => text(noon + at, `n${at}`, 'Ben')),
    );
    expect(words(store.messages(chat, 0, 2))).toEqual(['n0', 'n1']);
    expect(words(store.messages(chat, 255, 258))).toEqual(['n255', 'n256', 'n257']);
    expect(words(store.messages(chat, 998, 2000))).toEqual(['n998', 'n999']);
    expect(store.messages(chat, 1000, 1060)).toEqual([]);
    expect(store.messages(chat, 5, 5)).toEqual([]);
    expect(store.messages(99, 0, 60)).toEqual([]);
    expect(store.positionAt(chat, noon + 700)).toBe(700);
    expect(store.positionAt(chat, noon + 7000)).toBe(1000);
  });

  test('stand where a plain sorted list has them, whatever is written in whatever order', () => {
    const batch = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 8 }), fc.nat(300), (batches, from) => {
        const { store } = opened();
        const chat = store.chatNamed('Choir', true);
        let expected: { at: number; text: string }[] = [];
        for (const [number, times] of batches.entries()) {
          const added = times.map((at, index) => ({ at, text: `${number}.${index}` }));
          store.add(
            chat,
            added.map(({ at, text: words }) => text(at, words, 'Ben')),
          );
          expected = [...expected, ...added].toSorted((a, b) => a.at - b.at);
          const shown = store.messages(chat, 0, 1000);
          expect(words(shown)).toEqual(expected.map(({ text }) => text));
          expect(shown.map(({ position }) => position)).toEqual(expected.map((_, at) => at));
        }
        const window = store.messages(chat, from, from + 60);
        expect(words(window)).toEqual(expected.slice(from, from + 60).map(({ text }) => text));
        for (const { id, position } of window) expect(store.message(id)!.position).toBe(position);
      }),
      { numRuns: 15 },
    );
  });

  test('are written once for one key, and all or none', () => {
    const { store } = opened();
    const chat = store.chatNamed('Anna', false);
    const one = { ...text(noon, 'once', 'Anna'), key: 'K1' };
    expect(store.add(chat, [one, one])).toHaveLength(1);
    expect(store.add(chat, [one])).toEqual([]);
    const failing = function* (): Generator<NewMessage> {
      yield text(noon, 'lost', 'Anna');
      throw new Error('in the middle');
    };
    expect(() => store.add(chat, failing())).toThrow('in the middle');
    expect(words(store.messages(chat, 0, 9))).toEqual(['once']);
    expect(store.search('lost', { limit: 9 })).toEqual([]);
  });

  test('are sent, edited and deleted', () => {
    let now = noon;
    const { store } = opened({ now: () => now });
    const chat = store.chatNamed('Anna', false);
    const [id] = store.send(chat, 'Helo');
    const mark = store.mark();
    now++;
    store.edit(id!, 'Hello');
    expect(store.message(id!)).toMatchObject({ text: 'Hello', edited: true, mine: true, at: noon });
    expect(store.since(mark)).toEqual({ messages: 1, media: 0 });
    const photo = {
      path: store.mediaPath(chat, 'a.jpg'),
      name: 'a.jpg',
      type: 'image/jpeg',
      size: 5,
      kind: 'image' as const,
    };
    const [sent] = store.send(chat, 'See', [photo]);
    expect(store.message(sent!)).toMatchObject({
      kind: 'image',
      text: 'See',
      media: { name: 'a.jpg', missing: false },
    });
    expect(store.since(mark)).toEqual({ messages: 2, media: 1 });
    expect(store.delete(sent!)).toBe(photo.path);
    expect(store.message(sent!)).toMatchObject({ kind: 'deleted', text: '' });
    expect(store.message(sent!)).not.toHaveProperty('media');
    expect(() => store.edit(sent!, 'no')).toThrowError(expect.objectContaining({ code: 'wrong-usage' }));
    expect(() => store.edit(999, 'no')).toThrowError(expect.objectContaining({ code: 'wrong-usage' }));
  });
});

describe('media', () => {
  test('have paths that no other has, and names that lead nowhere', () => {
    const { store } = opened();
    const chat = store.chatNamed('Anna', false);
    const add = (name: string): string => {
      const path = store.mediaPath(chat, name);
      store.send(chat, '', [{ path, name, type: 'image/png', size: 1, kind: 'image' }]);
      return path;
    };
    expect([
      add('a.png'),
      add('A.png'),
      add('../../a.png'),
      add('..'),
      add('C:\\x\\b.png'),
      add('a\0b.png'),
    ]).toEqual([
      `media/${chat}/a.png`,
      `media/${chat}/A (2).png`,
      `media/${chat}/a (3).png`,
      `media/${chat}/file`,
      `media/${chat}/b.png`,
      `media/${chat}/a_b.png`,
    ]);
    const long = store.mediaPath(chat, `${'ä'.repeat(300)}.jpeg`);
    expect(long.length).toBeLessThan(130);
    expect(long).toMatch(/\.jpeg$/);
  });

  test('are listed the newest first, with those that are still to come', () => {
    const here = new Set<string>();
    const { store } = opened({ isPresent: (path) => here.has(path), now: () => noon });
    const chat = store.chatNamed('Anna', false);
    for (const name of ['a.png', 'b.png', 'c.png']) {
      const path = store.mediaPath(chat, name);
      if (name !== 'b.png') here.add(path);
      store.send(chat, name, [{ path, name, type: 'image/png', size: 10, kind: 'image' }]);
    }
    expect(words(store.mediaOf(chat, 0, 2))).toEqual(['c.png', 'b.png']);
    expect(words(store.mediaOf(chat, 2, 2))).toEqual(['a.png']);
    expect(store.mediaOf(chat, 0, 9).map(({ media, position }) => [position, media!.missing])).toEqual([
      [2, false],
      [1, true],
      [0, false],
    ]);
    expect(store.counts()).toEqual({ chats: 1, messages: 3, media: 3, mediaBytes: 20, mediaMissing: 1 });
  });

  test('are listed as they are after any change', () => {
    const { store } = opened({ now: () => noon });
    const chat = store.chatNamed('Anna', false);
    const picture = (name: string): NewMedia => ({
      path: `media/${chat}/${name}`,
      name,
      type: 'image/png',
      size: 1,
    });
    const add = (text: string, at: number, media?: NewMedia): number =>
      store.add(chat, [{ at, mine: true, kind: 'image', text, ...(media && { media }) }])[0]!;
    const late = add('late', noon, picture('late.png'));
    const bare = add('bare', noon + 1);
    expect(words(store.mediaOf(chat, 0, 9))).toEqual(['late']);
    add('early', noon - 1, picture('early.png'));
    expect(words(store.mediaOf(chat, 0, 9))).toEqual(['late', 'early']);
    store.giveMedia(bare, picture('bare.png'), 'image');
    expect(words(store.mediaOf(chat, 0, 9))).toEqual(['bare', 'late', 'early']);
    store.delete(late);
    expect(words(store.mediaOf(chat, 0, 9))).toEqual(['bare', 'early']);
    expect(words(store.mediaOf(chat, -5, 1))).toEqual(['bare']);
    expect(store.mediaOf(chat, 2, 9)).toEqual([]);
  });
});

describe('search', () => {
  const said = [
    'Das Café in Zürich',
    'cafeteria',
    '明天去北京吃饭吗',
    'ليلى في القاهرة',
    'मैं कल दिल्ली जा रहा हूँ',
    'Straße 12b 🎉',
    'İstanbul’da',
    'กรุงเทพมหานคร',
    '서울에서 만나요',
  ];
  function filled() {
    const all = opened();
    const chat = all.store.chatNamed('Choir', true);
    all.store.add(
      chat,
      said.map((words, at) => text(noon + at, words, 'Ben')),
    );
    return { ...all, chat };
  }

  test.each([
    ['cafe', ['cafeteria', 'Das Café in Zürich']],
    ['ZURICH café', ['Das Café in Zürich']],
    ['北京', ['明天去北京吃饭吗']],
    ['京', ['明天去北京吃饭吗']],
    ['京北', []],
    ['القاه', ['ليلى في القاهرة']],
    ['दिल्ली', ['मैं कल दिल्ली जा रहा हूँ']],
    ['strasse', ['Straße 12b 🎉']],
    ['12', ['Straße 12b 🎉']],
    ['🎉', ['Straße 12b 🎉']],
    ['istanbul', ['İstanbul’da']],
    ['เทพ', ['กรุงเทพมหานคร']],
    ['서울', ['서울에서 만나요']],
    ['', []],
    ['"*(-', []],
    ['OR NOT', []],
  ])('for %j finds %j', (typed, found) => {
    const hits = filled().store.search(typed, { limit: 10 });
    expect(hits.map(({ message }) => message.text)).toEqual(found);
  });

  test('marks the words where they are', () => {
    const { store } = filled();
    const marked = (typed: string): readonly string[] =>
      store
        .search(typed, { limit: 1 })
        .flatMap(({ message, marks }) => marks.map(([from, to]) => message.text.slice(from, to)));
    expect(marked('zur das')).toEqual(['Das', 'Zürich']);
    expect(marked('去北京')).toEqual(['去北京']);
  });

  test('looks into one chat alone when it is told to, and says which chat', () => {
    const { store } = filled();
    const other = store.chatNamed('Anna', false);
    store.add(other, [text(noon, 'im Café', 'Anna')]);
    expect(store.search('café', { limit: 9 })).toHaveLength(3);
    expect(store.search('café', { limit: 9, chatId: other })).toMatchObject([
      { chatTitle: 'Anna', message: { position: 0 } },
    ]);
  });

  test('follows what is edited and deleted', () => {
    const { store } = filled();
    const [hit] = store.search('cafeteria', { limit: 1 });
    store.edit(hit!.message.id, 'canteen');
    expect(store.search('cafeteria', { limit: 1 })).toEqual([]);
    expect(store.search('canteen', { limit: 1 })).toHaveLength(1);
    store.delete(hit!.message.id);
    expect(store.search('canteen', { limit: 1 })).toEqual([]);
  });

  test('makes its index anew when there is none, or when it is of other chats', () => {
    const { db, index } = filled();
    expect(new ChatStore(db, indexInMemory).search('cafe', { limit: 9 })).toHaveLength(2);
    const other = opened();
    other.store.add(
      other.store.chatNamed('Anna', false),
      Array.from({ length: 30 }, (_, at) => text(noon + at, `word${at}`, 'Anna')),
    );
    const under = new ChatStore(other.db, (chats) => openSearchIndex(chats, index));
    expect(under.search('cafe', { limit: 9 })).toEqual([]);
    expect(under.search('word', { limit: 99 })).toHaveLength(30);
  });

  test('never throws, and finds each word of a text by its beginning', () => {
    const { store } = opened();
    const chat = store.chatNamed('Anna', false);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        (typed, sent) => {
          const [id] = store.add(chat, [text(noon, sent, 'Anna')]);
          expect(() => store.search(typed, { limit: 3 })).not.toThrow();
          // Words of scripts that set spaces, whole: a search finds what begins as they do.
          const spaced = sent
            .match(/[\p{L}\p{N}\p{M}]+/gu)
            ?.filter((word) => /^[\p{sc=Latin}\p{Nd}]+$/u.test(word));
          for (const word of spaced ?? []) {
            const found = store.search(word, { limit: 200 }).map(({ message }) => message.id);
            expect(found).toContain(id);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
