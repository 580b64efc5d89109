import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ChatStore, sampleChats } from '@strongroom/chats';
import { indexInMemory, nodeSqlite } from '@strongroom/chats/node';
import { strongroom, type Server } from '../../../tools/run-strongroom.ts';

/** What is backed up, and how it opens. */
export interface NodeBackupOptions {
  readonly phone: string;
  readonly password: string;
  readonly messages?: number;
  readonly media?: number;
  /** A 64-digit key opens it, too. */
  readonly withKey?: boolean;
}

/** Another device of the same number, that lives in a terminal and has made a backup. */
export interface NodeDevice {
  /** 16 groups of four, when there is a key. */
  readonly key: string;
  readonly messages: number;
  readonly media: number;
  /** Runs a command of this device. */
  readonly run: (args: readonly string[], input?: string) => Promise<string>;
  /** Backs up once more, and takes everything away that this has brought to the cloud, as a bad cloud could. */
  readonly loseNewest: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Signs a device in Node in, and backs sample chats up from it: as the app's own backups are, `chats.db` and media. */
export async function backUpFromNode(server: Server, options: NodeBackupOptions): Promise<NodeDevice> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-node-device-'));
  const { phone, password, messages = 600, media = 24, withKey = false } = options;
  const secret = join(folder, 'password');
  await writeFile(secret, password);
  const profile = ['--profile', join(folder, 'profile')];
  const run = async (
    args: readonly string[],
    input: AsyncIterable<string> | string = '',
  ): Promise<string> => {
    const { code, stdout, stderr } = await strongroom([...args, ...profile], { input });
    if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${stderr}`);
    return stdout;
  };
  const { url, directory } = server;
  const outbox = join(server.data, 'outbox.log');
  await run(
    ['sign-in', '--server', url, '--phone', phone, '--directory', directory],
    codeTo(outbox, phone, await sentTo(outbox, phone)),
  );
  const ways = withKey ? 'password,key' : 'password';
  await run(['enable', '--method', ways, '--cloud', 'builtin:', '--password-file', secret]);
  const chats = join(folder, 'chats');
  const written = await writeSamples(chats, { messages, media });
  await run(['backup', chats, '--json']);
  const key = withKey ? await keyOf(run) : '';
  const loseNewest = async (): Promise<void> => {
    const before = new Set(await filesIn(server));
    await writeFile(join(chats, 'note.txt'), 'Something new.');
    await run(['backup', chats, '--json']);
    const added = (await filesIn(server)).filter((file) => !before.has(file));
    for (const file of added) await rm(file);
  };
  return {
    ...written,
    key,
    run,
    loseNewest,
    close: async () => rm(folder, { recursive: true, force: true }),
  };
}

async function keyOf(run: NodeDevice['run']): Promise<string> {
  const shown = await run(['key', 'show']);
  return (shown.match(/\b[0-9a-f]{4}\b/g) ?? []).slice(0, 16).join(' ');
}

async function writeSamples(
  folder: string,
  sizes: { readonly messages: number; readonly media: number },
): Promise<{ readonly messages: number; readonly media: number }> {
  await mkdir(folder, { recursive: true });
  const database = nodeSqlite(join(folder, 'chats.db'));
  const store = new ChatStore(database, indexInMemory);
  const write = async (path: string, bytes: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> => {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true });
    await pipeline(Readable.fromWeb(bytes as never), createWriteStream(place));
  };
  const written = await sampleChats(store, { write }, sizes);
  const { messages } = store.counts();
  database.close();
  return { media: written.media, messages };
}

async function filesIn({ data }: Server): Promise<string[]> {
  const files = await readdir(join(data, 'cloud'), { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
}

async function sentTo(outbox: string, phone: string): Promise<string[]> {
  const text = await readFile(outbox, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line.includes(phone));
}

async function* codeTo(outbox: string, phone: string, before: readonly string[]): AsyncGenerator<string> {
  for (let tries = 0; tries < 600; tries++) {
    const now = await sentTo(outbox, phone);
    if (now.length > before.length) return yield `${now.at(-1)!.trimEnd().slice(-6)}\n`;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no code was sent to ${phone}`);
}
