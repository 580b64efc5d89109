import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { differences, fingerprint } from './compare.ts';
import { liveADay, makeSample } from './sample.ts';
import { Story } from './story.ts';
import { signIn, startServer, strongroom, type Answer, type Server } from '../tools/run-strongroom.ts';
import { filesBelow, findAny } from './witnesses.ts';

const password = `correct horse ${randomBytes(3).toString('hex')}`;
const wrongPassword = 'correct house 12';

/** Where the story takes place. */
interface Places {
  readonly chats: string;
  readonly data: string;
  readonly oldPhone: string;
  readonly newPhone: string;
  readonly restored: string;
  readonly passwordFile: string;
  readonly log: string;
}

await main(process.argv[2]);

async function main(ownFolder: string | undefined): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'strongroom-demo-'));
  const story = new Story();
  const places: Places = {
    chats: join(root, 'phone', 'WhatsApp'),
    data: join(root, 'server'),
    oldPhone: join(root, 'phone', 'profile'),
    newPhone: join(root, 'new-phone', 'profile'),
    restored: join(root, 'new-phone', 'WhatsApp'),
    passwordFile: join(root, 'password'),
    log: join(root, 'server.log'),
  };
  let server: Server | undefined;
  try {
    console.log('Strongroom: chat backups that open with a password, though nobody else can.');
    await prepare(story, places, ownFolder);
    server = await startServer({ data: places.data, log: places.log });
    await turnOn(story, places, server);
    await backUpTwice(story, places, ownFolder === undefined);
    await loseAndRestore(story, places, server);
    await showWitnesses(story, places);
    story.end();
  } finally {
    await server?.stop();
    await rm(root, { recursive: true, force: true });
  }
}

async function prepare(
  story: Story,
  { chats, passwordFile }: Places,
  ownFolder: string | undefined,
): Promise<void> {
  await mkdir(join(chats, '..'), { recursive: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (ownFolder === undefined) {
    story.chapter('A phone full of chats');
    const { messages, chats: count, media, mediaBytes, databaseBytes } = await makeSample(chats);
    story.tell(
      `${number(messages)} messages in ${count} chats (${megabytes(databaseBytes)}), ${media.length} photos, videos and voice messages (${megabytes(mediaBytes)}).`,
    );
    return;
  }
  story.chapter('Your own folder');
  await cp(resolve(ownFolder), chats, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  story.tell(
    `A copy of ${resolve(ownFolder)}: ${number((await filesBelow(chats)).length)} files. Yours is only read.`,
  );
}

async function turnOn(story: Story, places: Places, server: Server): Promise<void> {
  story.chapter('Sign in, and turn on end-to-end encrypted backups');
  story.tell(`Vault, front door and cloud are running at ${server.url}.`);
  await signInTelling(story, server, places.oldPhone);
  await run(
    story,
    ['enable', '--method', 'password', '--cloud', 'builtin:', '--password-file', places.passwordFile],
    places.oldPhone,
  );
}

async function backUpTwice(story: Story, { chats, oldPhone }: Places, isSample: boolean): Promise<void> {
  story.chapter('The first backup');
  await run(story, ['backup', chats], oldPhone);
  story.chapter('A day later');
  const total = (await filesBelow(chats)).reduce((sum, { size }) => sum + size, 0);
  story.tell(isSample ? await anotherDay(chats) : await aNewFile(chats));
  const { stdout } = await run(story, ['backup', chats, '--json'], oldPhone);
  const { uploadedBytes } = JSON.parse(stdout) as { uploadedBytes: number };
  story.tell(
    `Uploaded: ${megabytes(uploadedBytes)} of ${megabytes(total)}, ${((100 * uploadedBytes) / total).toFixed(1)} %.`,
  );
}

async function anotherDay(chats: string): Promise<string> {
  const { messages, edits, media, mediaBytes } = await liveADay(chats);
  return `${messages} new messages, ${edits} old ones changed, ${media.length} new photos and files (${megabytes(mediaBytes)}).`;
}

async function aNewFile(chats: string): Promise<string> {
  await writeFile(join(chats, 'strongroom-demo.txt'), 'A line that was not there yesterday.\n');
  return 'One small new file.';
}

async function loseAndRestore(story: Story, places: Places, server: Server): Promise<void> {
  const before = await fingerprint(places.chats);
  story.chapter('The phone is lost');
  await rm(join(places.oldPhone, '..'), { recursive: true });
  story.tell('Its keys and its chats are gone.');
  story.chapter('A new phone, the same number, and a password');
  await signInTelling(story, server, places.newPhone);
  const wrong = `${places.passwordFile}.wrong`;
  await writeFile(wrong, wrongPassword, { mode: 0o600 });
  const restore = ['restore', places.restored, '--cloud', 'builtin:', '--password-file'];
  await run(story, [...restore, wrong], places.newPhone, { expect: 3 });
  await run(story, [...restore, places.passwordFile], places.newPhone);
  const differing = differences(before, await fingerprint(places.restored));
  if (differing.length > 0)
    throw new Error(`the restored folder differs: ${differing.slice(0, 5).join(', ')}`);
  story.tell(
    `Compared with the lost phone: all ${number(before.size)} files and folders are equal, byte for byte.`,
  );
}

async function showWitnesses(story: Story, { data, log, restored }: Places): Promise<void> {
  story.chapter('What the others saw');
  const cloud = join(data, 'cloud');
  const objects = await filesBelow(cloud);
  story.tell(
    `The cloud: ${objects.length} objects with opaque names, ${megabytes(objects.reduce((sum, { size }) => sum + size, 0))}.`,
  );
  for (const { path, size } of objects.toSorted((a, b) => b.size - a.size).slice(0, 3))
    story.heard(`${path.split('/').slice(-2).join('/')}  ${number(size)} bytes`);
  const needles = await secretsToLookFor(restored);
  const leaks = [...(await findAny(data, needles)), ...(await findIn(log, needles))];
  const seen = (await readFile(log, 'utf8')).split('\n').filter((line) => line.includes('vault event'));
  story.tell(
    'The front door and the vault: that somebody signed in, and that a guess was counted, but not what it was.',
  );
  for (const line of seen.slice(0, 4)) story.heard(line.slice(0, 100));
  if (leaks.length > 0) throw new Error(`found where it must not be: ${leaks.join(', ')}`);
  story.tell(
    `Looked through all that cloud, front door and vault stored and logged for the password,`,
    `${needles.size - 1} names and texts of the chats: found nowhere.`,
  );
}

// The password, and pieces of what was backed up: file names and stretches of content.
async function secretsToLookFor(restored: string): Promise<Map<string, Buffer>> {
  const needles = new Map([['the password', Buffer.from(password)]]);
  const files = await filesBelow(restored);
  for (const { path, size } of files.filter(({ path }) => path.length > 12).slice(0, 40)) {
    needles.set(`the name ${path}`, Buffer.from(path));
    if (size > 4096)
      needles.set(
        `content of ${path}`,
        (await readFile(join(restored, path))).subarray(size / 2, size / 2 + 32),
      );
  }
  // A stretch of zeros says nothing.
  for (const [name, bytes] of needles) if (new Set(bytes).size < 4) needles.delete(name);
  return needles;
}

async function findIn(file: string, needles: ReadonlyMap<string, Buffer>): Promise<string[]> {
  const bytes = await readFile(file);
  return [...needles].filter(([, needle]) => bytes.includes(needle)).map(([name]) => `${name} in the log`);
}

async function signInTelling(story: Story, server: Server, profile: string): Promise<void> {
  story.command(`strongroom sign-in --server ${server.url} --phone +491701234567`);
  check(story, await signIn(server, profile), 0);
}

async function run(
  story: Story,
  args: readonly string[],
  profile: string,
  { expect = 0 } = {},
): Promise<Answer> {
  const shown = args.map((arg) => (arg.includes('strongroom-demo-') ? `…/${arg.split('/').at(-1)}` : arg));
  story.command(`strongroom ${shown.join(' ')}`);
  const answer = await strongroom([...args, '--profile', profile], { showProgress: process.stderr.isTTY });
  check(story, answer, expect);
  return answer;
}

function check(story: Story, { code, stdout, stderr }: Answer, expected: number): void {
  if (!stdout.startsWith('{')) story.heard(stdout);
  story.heard(stderr);
  if (code !== expected) throw new Error(`the command ended with ${code} instead of ${expected}`);
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
