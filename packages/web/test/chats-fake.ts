import type {
  ChatView,
  Engine,
  EngineState,
  ExportPreview,
  MessageView,
  TaskView,
} from '../src/engine/contract.ts';
import type { EngineConnection } from '../src/shell/session.ts';
import { storeOf } from '../src/shell/store.ts';

// An engine of made-up answers, for looking at screens in every state. It is in no build: `chats-fake-server.ts` puts it in
// the place of the real one.

/** What a test may do with the fake. */
export interface FakeEngine {
  readonly state: () => EngineState;
  readonly set: (change: Partial<EngineState>) => void;
  /** Replaces methods. */
  readonly engine: Engine;
  /** Names and arguments of every call of a method that changes something. */
  readonly calls: [string, ...unknown[]][];
  /** The next call of a method throws this. */
  readonly fail: (method: keyof Engine, code: string, details?: Record<string, unknown>) => void;
  /** One chat of so many messages, besides the others. */
  readonly addLongChat: (messages: number) => void;
}

const minute = 60_000;
const texts = [
  'Are you there already?',
  'Almost. The bus was late again, so I walked the last bit along the river.',
  'Ok!',
  'I found the photos from the lake. Shall I send you all of them, or only the good ones?',
  'All of them 😊',
  'https://example.org/a/rather/long/address/that-has-no-place-to-break-at-all-and-goes-on',
  'Dinner at eight?',
  'Yes, at the small place next to the old bank.',
  'Don’t forget the key.',
];

interface FakeChat {
  readonly view: ChatView;
  readonly people: readonly string[];
  readonly sent: MessageView[];
}

function message(chat: FakeChat, position: number, now: number): MessageView {
  const before = chat.view.messages;
  const sent = chat.sent[position - before];
  if (sent !== undefined) return sent;
  const mine = position % 5 === 1 || position % 7 === 0;
  const from = chat.people[Math.floor(position / 3) % chat.people.length]!;
  const at = now - (before - position) * 37 * minute;
  const base = { id: chat.view.id * 1_000_000 + position, chatId: chat.view.id, position, at, mine };
  const plain = { ...base, ...(mine ? {} : { from }), edited: false };
  const file = (name: string, type: string, missing = false) => ({
    path: `media/${chat.view.id}/${position}-${name}`,
    name,
    type,
    size: 240_000 + position,
    missing,
  });
  const { from: _, ...nobody } = { from: '', ...plain };
  if (position === 0) return { ...nobody, mine: false, kind: 'system', text: '', notice: 'encrypted' };
  if (position % 41 === 0) return { ...plain, kind: 'deleted', text: '' };
  if (position % 29 === 0)
    return { ...plain, kind: 'document', text: '', media: file('Rental contract.pdf', 'application/pdf') };
  if (position % 23 === 0) return { ...plain, kind: 'voice', text: '', media: file('note.wav', 'audio/wav') };
  if (position % 19 === 0)
    return { ...plain, kind: 'image', text: '', media: file('gone.svg', 'image/svg+xml', true) };
  if (position % 13 === 0)
    return {
      ...plain,
      kind: 'image',
      text: position % 2 ? 'The lake, this morning' : '',
      media: file('lake.svg', 'image/svg+xml'),
    };
  return { ...plain, kind: 'text', text: texts[position % texts.length]!, edited: position % 17 === 0 };
}

function picture(path: string): Blob {
  const hue = (Array.from(path).reduce((sum, letter) => sum + letter.charCodeAt(0), 0) * 7) % 360;
  return new Blob(
    [
      `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="800" height="600" fill="hsl(${hue} 40% 72%)"/><circle cx="600" cy="150" r="60" fill="hsl(${hue} 60% 90%)"/><path d="M0 420 L220 240 L380 380 L560 200 L800 430 V600 H0z" fill="hsl(${hue} 35% 42%)"/><rect y="470" width="800" height="130" fill="hsl(${(hue + 40) % 360} 45% 58%)"/></svg>`,
    ],
    { type: 'image/svg+xml' },
  );
}

function silence(): Blob {
  const samples = 8000 * 4;
  const view = new DataView(new ArrayBuffer(44 + samples));
  const write = (at: number, text: string): void => {
    for (let index = 0; index < text.length; index++) view.setUint8(at + index, text.charCodeAt(index));
  };
  write(0, 'RIFF');
  view.setUint32(4, 36 + samples, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 8000, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  write(36, 'data');
  view.setUint32(40, samples, true);
  for (let index = 0; index < samples; index++) view.setUint8(44 + index, 128);
  return new Blob([view.buffer], { type: 'audio/wav' });
}

const idle: TaskView = {
  kind: 'import',
  status: 'running',
  filesDone: 0,
  filesTotal: 0,
  bytesDone: 0,
  bytesTotal: 0,
  uploadedBytes: 0,
  warnings: [],
};

/** Starts the fake. @param first what it shows at the beginning */
export function fakeEngine(first: Partial<EngineState> = {}): FakeEngine & {
  readonly connection: EngineConnection;
} {
  const now = Date.now();
  const chats: FakeChat[] = [];
  const calls: [string, ...unknown[]][] = [];
  const failures = new Map<string, { code: string; details: Record<string, unknown> }>();
  const state = storeOf<EngineState>({
    online: true,
    chats: { chats: 0, messages: 0, media: 0, mediaBytes: 0, mediaMissing: 0, revision: 1 },
    backup: {
      on: false,
      ways: { password: false, key64: 'not-chosen', passkeys: [] },
      schedule: 'daily',
      includeVideos: true,
      unsaved: { messages: 0, media: 0 },
    },
    events: [],
    ...first,
  });
  const set = (change: Partial<EngineState>): void => state.set({ ...state.get(), ...change });
  const countOf = (chat: FakeChat): number => chat.view.messages + chat.sent.length;
  const touched = (): void => {
    const messages = chats.reduce((sum, chat) => sum + countOf(chat), 0);
    const revision = state.get().chats.revision + 1;
    set({
      chats: {
        chats: chats.length,
        messages,
        media: Math.floor(messages / 10),
        mediaBytes: 250_000 * Math.floor(messages / 10),
        mediaMissing: 0,
        revision,
      },
      backup: { ...state.get().backup, unsaved: { messages, media: Math.floor(messages / 10) } },
    });
  };
  const add = (title: string, messages: number, people: readonly string[] = [title]): FakeChat => {
    const chat: FakeChat = {
      view: { id: chats.length + 1, title, isGroup: people.length > 1, messages },
      people,
      sent: [],
    };
    chats.push(chat);
    return chat;
  };
  const chatOf = (id: number): FakeChat => chats.find((chat) => chat.view.id === id)!;
  const read = (chat: FakeChat, from: number, to: number): MessageView[] => {
    const end = Math.min(to, countOf(chat));
    return Array.from({ length: Math.max(0, end - from) }, (_, index) => message(chat, from + index, now));
  };
  const mediaOf = (chat: FakeChat): MessageView[] =>
    read(chat, 0, countOf(chat))
      .filter(({ media }) => media !== undefined)
      .toReversed();

  const given: Partial<Engine> = {
    watch: async () => {},
    startSignIn: async () => ({ expiresAt: Date.now() + 10 * minute, inTerminal: false }),
    finishSignIn: async () =>
      set({ account: { phone: '+49 170 1234567', deviceName: 'This browser', deviceId: 'd1' } }),
    chats: async () =>
      chats.map((chat) => {
        const last = message(chat, countOf(chat) - 1, now);
        const { at, text, kind, from } = last;
        return {
          ...chat.view,
          messages: countOf(chat),
          last: { at, text, kind, ...(from && { from }) },
        };
      }),
    messages: async (id, from, to) => read(chatOf(id), from, to),
    search: async (words, { chatId, limit }) => {
      const wanted = words.toLowerCase();
      const found = chats
        .filter(({ view }) => chatId === undefined || view.id === chatId)
        .flatMap((chat) => read(chat, Math.max(0, countOf(chat) - 2000), countOf(chat)).toReversed())
        .filter(({ text }) => text.toLowerCase().includes(wanted));
      return found.slice(0, limit).map((one) => {
        const at = one.text.toLowerCase().indexOf(wanted);
        return {
          message: one,
          chatTitle: chatOf(one.chatId).view.title,
          marks: [[at, at + wanted.length] as const],
        };
      });
    },
    media: async (path) => (path.endsWith('.wav') ? silence() : picture(path)),
    send: async (id, text, files) => {
      const chat = chatOf(id);
      const position = countOf(chat);
      chat.sent.push({
        id: id * 1_000_000 + position,
        chatId: id,
        position,
        at: Date.now(),
        mine: true,
        kind: files[0] ? 'image' : 'text',
        text,
        edited: false,
        ...(files[0] && {
          media: {
            path: `media/${id}/${files[0].name}.svg`,
            name: files[0].name,
            type: 'image/svg+xml',
            size: files[0].size,
            missing: false,
          },
        }),
      });
      touched();
    },
    mediaOf: async (id, offset, limit) => mediaOf(chatOf(id)).slice(offset, offset + limit),
    addSampleChats: async () => {
      add('Anna', 1204);
      add('Lake house', 420, ['Ben', 'Çağla', 'Dimitri', 'Eleni Papadopoulou']);
      add('Grandma', 64);
      add('Landlord', 12);
      touched();
    },
    lookAtExport: async (file): Promise<ExportPreview> => ({
      title: /with (.+)\.(zip|txt)/.exec(file.name)?.[1] ?? 'Anna',
      isGroup: false,
      participants: ['Anna', 'Tom'],
      messages: 1204,
      media: 87,
      mediaBytes: 43_000_000,
      from: now - 400 * 24 * 60 * minute,
      to: now - 24 * 60 * minute,
      dayOrderUnclear: file.name.includes('unclear'),
      unreadLines: 0,
      ...(file.name.includes('unclear') ? {} : { me: 'Tom' }),
    }),
    importExport: async () => {
      set({ task: { ...idle, filesDone: 30, filesTotal: 87, bytesDone: 15, bytesTotal: 43 } });
      const chat = add('Anna', 1204);
      touched();
      const { task: _, ...rest } = state.get();
      state.set(rest);
      return { chatId: chat.view.id, messages: 1204, media: 87, unreadLines: 0 };
    },
    exportChat: async (id) => new File(['x'], `WhatsApp Chat with ${chatOf(id).view.title}.zip`),
    devices: async () => [],
    refresh: async () => {},
    findBackup: async () => undefined,
  };
  const engine = new Proxy(given, {
    get: (methods, name: keyof Engine) =>
      typeof name === 'symbol' || (name as string) === 'then'
        ? undefined
        : async (...args: unknown[]) => {
            calls.push([name, ...args]);
            const failure = failures.get(name);
            failures.delete(name);
            if (failure !== undefined) throw failure;
            return (methods[name] as ((...args: unknown[]) => unknown) | undefined)?.(...args);
          },
  }) as Engine;
  return {
    state: state.get,
    set,
    engine,
    calls,
    fail: (method, code, details = {}) => void failures.set(method, { code, details }),
    addLongChat: (messages) => {
      add('Long story', messages);
      touched();
    },
    connection: { engine, state, ready: Promise.resolve(), close: async () => {} },
  };
}

/** In the place of the real one's. */
export async function connectEngine(): Promise<EngineConnection> {
  const fake = fakeEngine();
  (globalThis as { fake?: FakeEngine }).fake = fake;
  return fake.connection;
}

/** There is none. */
export function endEarlyWorker(): void {}
