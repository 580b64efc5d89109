import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChatStore } from '@strongroom/chats';
import { indexInMemory, nodeSqlite } from '@strongroom/chats/node';
import { startServer, strongroom } from '../../../tools/run-strongroom.ts';
import { engineProxy, type Asked, type Line } from './engine-proxy.ts';

// A real `strongroom up` for tests that run in a browser, a line to it that can be cut, and devices that run in Node.

// Whoever forgets to end it: it ends by itself, milliseconds.
const longest = 20 * 60_000;

const folder = await mkdtemp(join(tmpdir(), 'strongroom-engine-'));
const server = await startServer({ data: join(folder, 'data'), log: join(folder, 'server.log') });
const line: Line = { cut: false, late: 0, uploaded: 0 };

const asked: Asked = {
  line: async (change) => Object.assign(line, change),
  code: ({ phone }) => sentCode(String(phone)),
  restore: ({ phone, password }) => restoreInNode(String(phone), String(password)),
  add: ({ text }) => addInNode(String(text)),
  stop: async () => void setTimeout(() => void end(), 50),
};

const proxy = engineProxy(new URL(server.url), line, asked);
proxy.listen(0, '127.0.0.1');
await once(proxy, 'listening');
const { port } = proxy.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
setTimeout(() => void end(), longest).unref();

async function end(): Promise<void> {
  proxy.closeAllConnections();
  proxy.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  process.exit();
}

// A command takes its time to start where much else is going on.
async function* nextCode(phone: string): AsyncGenerator<string> {
  const codes = async (): Promise<number> => (await outbox()).filter((text) => text.includes(phone)).length;
  const before = await codes();
  while ((await codes()) === before) await new Promise((resolve) => setTimeout(resolve, 50));
  yield `${await sentCode(phone)}\n`;
}

async function outbox(): Promise<string[]> {
  return (await readFile(join(folder, 'data', 'outbox.log'), 'utf8')).split('\n');
}

async function sentCode(phone: string): Promise<string> {
  return (await outbox())
    .findLast((text) => text.includes(phone))!
    .trimEnd()
    .slice(-6);
}

/** What is in a chat database and beside it. */
async function findings(): Promise<unknown> {
  const place = join(folder, 'restored');
  const database = nodeSqlite(join(place, 'chats.db'));
  const store = new ChatStore(database, indexInMemory);
  const chats = store.chats();
  const [integrity] = database.all('PRAGMA integrity_check');
  database.close();
  const files = await readdir(place, { recursive: true, withFileTypes: true });
  const media: Record<string, string> = {};
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    if (file.isFile() && path.includes('/media/'))
      media[path.slice(place.length + 1)] = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
  }
  return { chats, integrity, media };
}

async function restoreInNode(phone: string, password: string): Promise<unknown> {
  const profile = join(folder, 'profile');
  await writeFile(join(folder, 'password'), password);
  const args = ['--server', server.url, '--phone', phone, '--directory', server.directory];
  const input = nextCode(phone);
  await succeed(await strongroom(['sign-in', ...args, '--profile', profile], { input }));
  const where = ['--cloud', 'builtin:', '--profile', profile, '--password-file', join(folder, 'password')];
  await succeed(await strongroom(['restore', join(folder, 'restored'), ...where, '--json']));
  return findings();
}

async function addInNode(text: string): Promise<unknown> {
  const place = join(folder, 'restored');
  const database = nodeSqlite(join(place, 'chats.db'));
  const store = new ChatStore(database, indexInMemory);
  store.send(store.chats()[0]!.id, text);
  database.close();
  const profile = ['--profile', join(folder, 'profile')];
  await succeed(await strongroom(['backup', place, '--take-over', '--json', ...profile]));
  return findings();
}

async function succeed({ code, stderr }: { code: number; stderr: string }): Promise<void> {
  if (code !== 0) throw new Error(`the command ended with ${code}: ${stderr}`);
}
