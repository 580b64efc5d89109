import { BlobWriter, TextReader, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexInMemory, nodeSqlite } from '../node/index.ts';
import { ChatStore } from '../store/chat-store.ts';
import type { MessageView, NewMessage } from '../store/views.ts';
import { MemoryMedia } from '../testing/memory-media.ts';
import { entriesOf } from './entries.ts';
import { importExport, lookAtExport } from './import-export.ts';
import { exportChat } from './write-export.ts';

const L = '\u200e';

function store(): ChatStore {
  return new ChatStore(nodeSqlite(':memory:'), indexInMemory);
}

function textFile(lines: readonly string[], name = 'WhatsApp Chat with Anna.txt'): File {
  return new File([lines.join('\n')], name);
}

async function zipFile(
  files: Readonly<Record<string, string | Uint8Array>>,
  name = 'WhatsApp Chat - Anna.zip',
): Promise<File> {
  const zip = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false });
  for (const [path, content] of Object.entries(files))
    await zip.add(
      path,
      typeof content === 'string' ? new TextReader(content) : new Uint8ArrayReader(content),
    );
  return new File([await zip.close()], name);
}

async function read(file: File, choices: { me?: string; dayFirst?: boolean } = {}) {
  const chats = store();
  const media = new MemoryMedia();
  const imported = await importExport(chats, media, file, choices);
  return { chats, media, imported, messages: chats.messages(imported.chatId, 0, 100_000) };
}

const short = ({ kind, text, from, mine, edited, media }: MessageView): string =>
  [
    kind,
    mine ? 'me' : (from ?? '-'),
    text,
    ...(edited ? ['edited'] : []),
    ...(media ? [media.name || 'none'] : []),
  ].join(' | ');

/** A line of Android, and one of iOS. */
function said(who: string, what: string): string {
  return `31/12/23, 21:15 - ${who}: ${what}`;
}

function second(at: number, text: string): string {
  return `[2023-12-31, 21:15:${String(at).padStart(2, '0')}] Anna: ${text}`;
}

/** Messages with the bytes of their files. */
function seen(list: readonly MessageView[], files: MemoryMedia): readonly object[] {
  return list.map(({ at, from, mine, kind, text, edited, media }) => {
    const bytes = media && files.files.get(media.path);
    return { at, from, mine, kind, text, edited, bytes };
  });
}

// One row a language: how Android words a file that was left out, one that is there, a deleted and an edited message.
const android: readonly (readonly [string, string, string, string, string, string])[] = [
  [
    'English',
    '31/12/23, 9:15 pm',
    '<Media omitted>',
    '(file attached)',
    'This message was deleted',
    '<This message was edited>',
  ],
  [
    'German',
    '31.12.23, 21:15',
    '<Medien ausgeschlossen>',
    '(Datei angehängt)',
    'Diese Nachricht wurde gelöscht.',
    '<Diese Nachricht wurde bearbeitet.>',
  ],
  [
    'Spanish',
    '31/12/23, 21:15',
    '<Multimedia omitido>',
    '(archivo adjunto)',
    'Eliminaste este mensaje.',
    '<Se editó este mensaje.>',
  ],
  [
    'Portuguese',
    '31/12/2023 21:15',
    '<Mídia omitida>',
    '(arquivo anexado)',
    'Mensagem apagada',
    '<Mensagem editada>',
  ],
  [
    'French',
    '31/12/2023, 21:15',
    '<Médias omis>',
    '(fichier joint)',
    'Ce message a été supprimé',
    '<Ce message a été modifié>',
  ],
  [
    'Italian',
    '31/12/23, 21:15',
    '<Media omessi>',
    '(file allegato)',
    'Questo messaggio è stato eliminato',
    '<Questo messaggio è stato modificato>',
  ],
  [
    'Dutch',
    '31-12-2023 21:15',
    '<Media weggelaten>',
    '(bestand bijgevoegd)',
    'Dit bericht is verwijderd',
    '<Dit bericht is bewerkt>',
  ],
  [
    'Russian',
    '31.12.2023, 21:15',
    '<Без медиафайлов>',
    '(файл добавлен)',
    'Данное сообщение удалено',
    '<Сообщение изменено>',
  ],
  [
    'Turkish',
    '31.12.2023 21:15',
    '<Medya dahil edilmedi>',
    '(dosya ekli)',
    'Bu mesaj silindi',
    '<Bu mesaj düzenlendi>',
  ],
  [
    'Arabic',
    '٣١\u200f/١٢\u200f/٢٠٢٣، ٩:١٥ م',
    '<تم استبعاد الوسائط>',
    '(الملف مرفق)',
    'تم حذف هذه الرسالة',
    '<تم تعديل هذه الرسالة>',
  ],
  [
    'Hindi',
    '31/12/23, 9:15 pm',
    '<मीडिया के बिना>',
    '(फाइल संलग्न)',
    'यह मैसेज मिटाया गया',
    '<यह मैसेज एडिट किया गया>',
  ],
  [
    'Indonesian',
    '31/12/23 21.15',
    '<Media tidak disertakan>',
    '(file terlampir)',
    'Pesan ini telah dihapus',
    '<Pesan ini diedit>',
  ],
  [
    'Japanese',
    '2023/12/31 21:15',
    '<メディアは含まれていません>',
    '(添付ファイル有り)',
    'このメッセージは削除されました',
    '<このメッセージは編集されました>',
  ],
  [
    'Korean',
    '2023. 12. 31. 오후 9:15',
    '<미디어 파일을 생략한 대화내용>',
    '(파일 첨부됨)',
    '이 메시지는 삭제되었습니다',
    '<이 메시지는 수정되었습니다>',
  ],
  ['Chinese', '2023/12/31 下午9:15', '<省略多媒体文件>', '(文件附件)', '此消息已被删除', '<此消息已编辑>'],
  ['Hebrew', '31.12.2023, 21:15', '<המדיה לא נכללה>', '(קובץ מצורף)', 'הודעה זו נמחקה', '<הודעה זו נערכה>'],
];

describe('an export of Android', () => {
  test.each(android)('in %s', async (_, when, omitted, attached, deleted, edited) => {
    const lines = [
      `${when} - A notice without a sender.`,
      `${when} - Anna: first`,
      'second line',
      '',
      'after an empty one',
      `${when} - Ben: ${omitted}`,
      `${when} - Anna: ${L}IMG-20231231-WA0001.jpg ${attached}`,
      'its caption',
      `${when} - Ben: ${deleted}`,
      `${when} - Anna: better ${edited}`,
      `${when} - Anna: ${L}Ben.vcf ${attached}`,
      `${when} - Ben: location: https://maps.google.com/?q=51.5,-0.12`,
    ];
    const { messages, imported } = await read(textFile(lines));
    expect(messages.map(short)).toEqual([
      'system | - | A notice without a sender.',
      'text | Anna | first\nsecond line\n\nafter an empty one',
      'document | me |  | none',
      'image | Anna | its caption | IMG-20231231-WA0001.jpg',
      'deleted | me | ',
      'text | Anna | better | edited',
      'contact | Anna |  | Ben.vcf',
      'location | me | location: https://maps.google.com/?q=51.5,-0.12',
    ]);
    expect(new Set(messages.map(({ at }) => at))).toEqual(
      new Set([new Date(2023, 11, 31, 21, 15).getTime()]),
    );
    expect(imported.unreadLines).toBe(0);
  });

  test('tells notices that hold a colon from what somebody says', async () => {
    const { messages } = await read(
      textFile(
        [
          '31/12/23, 21:15 - Anna created group "Choir: altos"',
          '31/12/23, 21:16 - Ben changed the subject from "a" to "b: c"',
          '31/12/23, 21:17 - Anna: note: bring water',
          '31/12/23, 21:18 - Clara: 12:30?',
        ],
        'WhatsApp Chat with Choir.txt',
      ),
    );
    expect(messages.map(short)).toEqual([
      'system | - | Anna created group "Choir: altos"',
      'system | - | Ben changed the subject from "a" to "b: c"',
      'text | Anna | note: bring water',
      'text | Clara | 12:30?',
    ]);
  });

  test('is read however its letters are put together', async () => {
    const omitted = '\u095e\u094b\u091f\u094b \u0939\u091f\u093e\u0908 \u0917\u0908';
    const { messages } = await read(
      textFile([said('Anna', omitted), said('Anna', omitted.normalize('NFC'))]),
    );
    expect(messages.map(({ kind }) => kind)).toEqual(['image', 'image']);
  });

  test('learns names that hold colons', async () => {
    const { messages } = await read(
      textFile([
        said('Shop: orders', 'one'),
        said('Shop: orders', 'two: parts'),
        said('Shop: orders', 'three'),
        said('Anna', 'so: yes'),
        said('Anna', 'no'),
      ]),
      { me: 'Anna' },
    );
    expect(messages.map(({ from, text }) => [from, text])).toEqual([
      ['Anna', 'one'],
      ['Anna', 'two: parts'],
      ['Anna', 'three'],
      [undefined, 'so: yes'],
      [undefined, 'no'],
    ]);
  });
});

// How iOS words a picture and a document that were left out, and a picture that is there.
const ios: readonly (readonly [string, string, string, string, string])[] = [
  ['English', '31/12/23, 9:15:07\u202fPM', 'image omitted', 'document omitted', 'attached'],
  ['German', '31.12.23, 21:15:07', 'Bild weggelassen', 'Dokument weggelassen', 'Anhang'],
  ['Spanish', '31/12/23, 21:15:07', 'imagen omitida', 'documento omitido', 'adjunto'],
  ['Portuguese', '31/12/2023, 21:15:07', 'imagem ocultada', 'documento omitido', 'anexado'],
  ['French', '31/12/2023 21:15:07', 'image absente', 'document manquant', 'pièce jointe'],
  ['Italian', '31/12/23, 21:15:07', 'immagine omessa', 'documento omesso', 'allegato'],
  ['Dutch', '31-12-2023 21:15:07', 'afbeelding weggelaten', 'document weggelaten', 'bijgevoegd'],
  ['Russian', '31.12.2023, 21:15:07', 'изображение отсутствует', 'документ отсутствует', 'прикреплено'],
  ['Turkish', '31.12.2023 21:15:07', 'görüntü dahil edilmedi', 'belge dahil edilmedi', 'eklendi'],
  [
    'Arabic',
    '٣١\u200f/١٢\u200f/٢٠٢٣، ٩:١٥:٠٧\u00a0م',
    'لم يتم إدراج الصورة',
    'لم يتم إدراج المستند',
    'المُرفق',
  ],
  ['Hindi', '31/12/23, 9:15:07 pm', 'फ़ोटो हटाई गई', 'डॉक्यूमेंट छोड़ा गया', 'अटैच किया गया'],
  ['Indonesian', '31/12/23 21.15.07', 'gambar tidak disertakan', 'dokumen tidak disertakan', 'terlampir'],
  [
    'Japanese',
    '2023/12/31 21:15:07',
    '画像は含まれていません',
    'ドキュメントは含まれていません',
    '添付ファイル',
  ],
  ['Korean', '2023. 12. 31. 오후 9:15:07', '이미지 생략됨', '문서 생략됨', '첨부됨'],
  ['Chinese', '2023/12/31 21:15:07', '圖片已略去', '文件已略去', '附件'],
  ['Vietnamese', '21:15:07, 31/12/2023', 'đã bỏ qua hình ảnh', 'đã bỏ qua tài liệu', 'đính kèm'],
];

describe('an export of iOS', () => {
  test.each(ios)('in %s', async (_, when, image, document, attached) => {
    const picture = '00000035-PHOTO-2023-12-31-21-15-07.jpg';
    const lines = [
      `[${when}] Choir: ${L}Messages are encrypted, said in any language.`,
      `[${when}] ~\u202fAnna: hello: you`,
      `${L}[${when}] Ben: ${L}${image}`,
      `${L}[${when}] Ben: minutes.pdf • ${L}2 pages ${L}${document}`,
      `${L}[${when}] Ben: look here ${L}<${attached}: ${picture}>`,
      `${L}[${when}] Clara: plan.txt ${L}<${attached}: 00000047-plan.txt>`,
      `[${when}] Clara: Park (London): https://foursquare.com/v/4e89af95e5fa82ad4c0aa03b`,
    ];
    const file = await zipFile(
      {
        '_chat.txt': lines.join('\r\n'),
        [picture]: new Uint8Array([1, 2, 3]),
        '00000047-plan.txt': 'a plan',
      },
      'WhatsApp Chat - Choir.zip',
    );
    const { messages, media, imported, chats } = await read(file, { me: 'Ben' });
    expect(messages.map(short)).toEqual([
      'system | - | Messages are encrypted, said in any language.',
      'text | Anna | hello: you',
      'image | me |  | none',
      'document | me | minutes.pdf • 2 pages | none'.replace('• ', `• ${L}`),
      `image | me | look here | ${picture}`,
      'document | Clara |  | plan.txt',
      'location | Clara | Park (London): https://foursquare.com/v/4e89af95e5fa82ad4c0aa03b',
    ]);
    expect(messages[4]!.at).toBe(new Date(2023, 11, 31, 21, 15, 7).getTime());
    expect(media.files.get(messages[4]!.media!.path)).toEqual(new Uint8Array([1, 2, 3]));
    expect(imported).toMatchObject({ messages: 7, media: 2, unreadLines: 0 });
    expect(chats.chats()[0]).toMatchObject({ title: 'Choir', isGroup: true });
  });
});

describe('before it is read in', () => {
  test('an export tells what is in it', async () => {
    const file = await zipFile({
      '_chat.txt':
        'lost line\n[1/2/24, 10:00:00] Anna: hi\n[1/2/24, 10:00:01] Me Myself: ho <attached: a.jpg>\n',
      'a.jpg': new Uint8Array(9),
    });
    expect(await lookAtExport(file)).toEqual({
      title: 'Anna',
      isGroup: false,
      participants: ['Anna', 'Me Myself'],
      me: 'Me Myself',
      messages: 2,
      media: 1,
      mediaBytes: 9,
      from: new Date(2024, 1, 1, 10).getTime(),
      to: new Date(2024, 1, 1, 10, 0, 1).getTime(),
      dayOrderUnclear: true,
      unreadLines: 1,
    });
    const { messages } = await read(file, { dayFirst: false });
    expect(messages[0]!.at).toBe(new Date(2024, 0, 2, 10).getTime());
  });

  test.each([
    ['WhatsApp Chat with Anna.txt', 'Anna'],
    ['WhatsApp Chat - Anna Becker (2).zip', 'Anna Becker'],
    ['WhatsApp Chat mit Müller & Söhne.zip', 'Müller & Söhne'],
    ['Chat de WhatsApp con Lucía.txt', 'Lucía'],
    ['Conversa do WhatsApp com Zé.txt', 'Zé'],
    ['Discussion WhatsApp avec Zoé.txt', 'Zoé'],
    ['Чат WhatsApp с контактом Вера.txt', 'Вера'],
    ['Anna ile WhatsApp Sohbeti.txt', 'Anna'],
    ['鈴木とのWhatsAppチャット.txt', '鈴木'],
    ['WhatsApp_Chat_with_Friends.txt', 'Friends'],
  ])('%s is about %s', async (name, title) => {
    expect(
      await lookAtExport(textFile(['31/12/23, 21:15 - X: a', '31/12/23, 21:15 - Y: a'], name)),
    ).toMatchObject({ title });
  });

  test.each([
    ['a text of something else', () => new File(['Dear diary,\n12:30 lunch'], 'diary.txt')],
    ['nothing', () => new File([], 'WhatsApp Chat.zip')],
    ['a picture', () => new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16])], 'a.jpg')],
    ['a zip without a text', () => zipFile({ 'a.jpg': 'x' })],
    ['a zip of another text', () => zipFile({ 'readme.txt': 'Roses are red' })],
  ])('%s is told to be no export', async (_, make) => {
    await expect(lookAtExport(await make())).rejects.toMatchObject({ code: 'not-an-export' });
  });

  test.each([
    [
      'a damaged zip',
      async () => new File([(await zipFile({ '_chat.txt': 'x'.repeat(5000) })).slice(0, 60)], 'a.zip'),
    ],
    [
      'a zip bomb',
      () => zipFile({ '_chat.txt': '31/12/23, 21:15 - X: a', 'b.jpg': new Uint8Array(40_000_000) }),
    ],
  ])('%s is refused', async (_, make) => {
    await expect(lookAtExport(await make())).rejects.toMatchObject({ code: 'malformed' });
  });

  test('what a Mac adds to a zip is left alone', async () => {
    const chat = '31/12/23, 21:15 - X: a.jpg (file attached)\n31/12/23, 21:15 - X: passwd (file attached)';
    const file = await zipFile({
      '__MACOSX/._chat.txt': 'x',
      'deep/_chat.txt': chat,
      'deep/a.jpg': 'pic',
    });
    const { media, messages } = await read(file);
    expect([...media.files.keys()]).toEqual([expect.stringMatching(/^media\/\d+\/a\.jpg$/)]);
    expect(messages).toHaveLength(2);
  });
});

describe('read in again', () => {
  const all = Array.from({ length: 40 }, (_, at) => second(at, at % 3 === 0 ? 'ok' : `n${at}`));

  test('the same export adds nothing, a longer one what is new, at its place', async () => {
    const chats = store();
    const media = new MemoryMedia();
    const take = async (lines: readonly string[]): Promise<number> =>
      (
        await importExport(
          chats,
          media,
          textFile([...lines, second(20, 'twice'), second(20, 'twice')].toSorted()),
        )
      ).messages;
    expect(await take(all.slice(10, 30))).toBe(22);
    expect(await take(all.slice(10, 30))).toBe(0);
    expect(await take(all)).toBe(20);
    const { id } = chats.chats()[0]!;
    const shown = chats.messages(id, 0, 99).map(({ text }) => text);
    expect(shown).toHaveLength(42);
    expect(shown.slice(0, 12)).toEqual(all.slice(0, 12).map((line) => line.slice(29)));
    expect(shown.filter((text) => text === 'twice')).toHaveLength(2);
  });

  test('with its media now, fills in what was left out', async () => {
    const chats = store();
    const media = new MemoryMedia();
    const without = [`${L}[2023-12-31, 21:15:00] Anna: ${L}image omitted`, second(1, 'b')];
    const name = '00000001-PHOTO-2023-12-31-21-15-00.jpg';
    const withIt = [`${L}[2023-12-31, 21:15:00] Anna: ${L}<attached: ${name}>`, second(1, 'b')];
    const { chatId } = await importExport(chats, media, textFile(without));
    expect(chats.messages(chatId, 0, 1)[0]!.media).toMatchObject({ missing: true });
    const zip = await zipFile({ '_chat.txt': withIt.join('\n'), [name]: new Uint8Array([7]) });
    expect(await importExport(chats, media, zip)).toMatchObject({ messages: 0, media: 1 });
    expect(chats.messages(chatId, 0, 9)).toHaveLength(2);
    expect(chats.messages(chatId, 0, 1)[0]!.media).toMatchObject({ missing: false, size: 1 });
  });
});

describe('whatever the text is', () => {
  test('no line is lost, and nothing throws', async () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replace(/[\r\n]/g, ' ')),
      fc.constantFrom(
        '31/12/23, 21:15 - Anna: hi',
        '[31.12.23, 21:15:07] Anna: hi',
        `${L}[1/2/24, 1:00:00 AM] : x`,
        '99/99/99, 21:15 - b',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
        const unread: string[] = [];
        let kept = 0;
        for await (const { rest } of entriesOf(lines, (line) => unread.push(line)))
          kept += rest.split('\n').length;
        expect(kept + unread.length).toBe(lines.length);
      }),
    );
  });
});

describe('written and read back', () => {
  const kinds = ['text', 'system', 'deleted', 'image', 'voice', 'document'] as const;
  const typed = fc
    .oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.constantFrom(
        'image omitted',
        '[2023-12-31, 21:15:00] Anna: quoted',
        'a\n[2023-12-31, 21:15:00] Anna: quoted\n\nb\n',
        'This message was deleted.',
        'well <This message was edited>',
        'x.jpg (file attached)',
        '<attached: x.jpg>',
        `${L}starts with a mark`,
        '\u2060guarded',
        ' spaces ',
        '',
      ),
    )
    .map((text) => text.replace(/\r/g, ' '));
  const message = fc.record({
    kind: fc.constantFrom(...kinds),
    text: typed,
    who: fc.constantFrom('Anna', 'Ben', 'me'),
    edited: fc.boolean(),
    gap: fc.nat(90),
  });

  test('a chat is the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 25 }), async (sent) => {
        const from = store();
        const media = new MemoryMedia();
        const chat = from.chatNamed('Choir', true);
        let at = new Date(2024, 0, 31, 21).getTime();
        // Two who write, under a name that neither has: that is how a group is told.
        const messages: NewMessage[] = ['Anna', 'Ben'].map((from) => ({
          at,
          from,
          mine: false,
          kind: 'text',
          text: 'hi',
        }));
        for (const { kind, text, who, edited, gap } of sent) {
          at += gap * 1000;
          const sender = who === 'me' || kind === 'system' ? {} : { from: who };
          const base = {
            at,
            mine: who === 'me' && kind !== 'system',
            ...sender,
            edited: edited && kind !== 'system' && kind !== 'deleted',
          };
          if (kind === 'text' || kind === 'system' || kind === 'deleted') {
            const words =
              kind === 'deleted'
                ? ''
                : kind === 'system'
                  ? text.replace(/^[\s\u200e\u2060]+/, '') || 'x'
                  : text;
            messages.push({ ...base, kind, text: words });
            continue;
          }
          const name =
            kind === 'document'
              ? `minutes ${messages.length}.pdf`
              : `${messages.length}.${kind === 'image' ? 'png' : 'wav'}`;
          const path = from.mediaPath(chat, name);
          await media.write(path, new Blob([name]).stream());
          messages.push({ ...base, kind, text, media: { path, name, type: '', size: name.length } });
        }
        from.add(chat, messages);
        const file = await exportChat(from, chat, { media: true, me: 'Myself', read: media.read });
        const back = await read(file, { me: 'Myself' });
        expect(seen(back.messages, back.media)).toEqual(seen(from.messages(chat, 0, 99), media));
        expect(back.imported.unreadLines).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
