import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signIn, startServer, type Server } from '../../tools/run-strongroom.ts';
import { run, versionOf, type Command } from '../process/command.ts';
import { openSlowLink } from '../process/slow-link.ts';
import { orClose } from './or-close.ts';
import type { Peer, Place, Repository } from './peer.ts';

const launcher = fileURLToPath(new URL('../../packages/cli/bin/strongroom.js', import.meta.url));
const bundler = fileURLToPath(new URL('../../tools/bundle.ts', import.meta.url));
const program = [process.execPath, launcher];
const env = { STRONGROOM_BUNDLE: '1' };

/** Ours, bundled as it is installed. */
export const strongroom: Peer = {
  name: 'strongroom',
  packages: [],
  how: '64-digit key; AES-256-GCM, zstd level 3',
  version: async () => {
    await run({ argv: [process.execPath, '--conditions=source', bundler] });
    return `${await versionOf(...program, '--version')}, Node ${process.versions.node}`;
  },
  whyNotOver: async () => null,
  open: (place) => (place.cloud === 'folder' ? openFolder(place) : openBuiltin(place)),
};

async function openFolder(place: Place): Promise<Repository> {
  const stored = join(place.work, 'cloud');
  await run(command(place, ['enable', '--method', 'key', '--cloud', `folder:${stored}`]));
  return repository(place, stored, async () => {});
}

async function openBuiltin(place: Place): Promise<Repository> {
  const data = join(place.work, 'server');
  const server = await startServer({ data, log: join(place.work, 'server.log') });
  const link = await openSlowLink(Number(new URL(server.url).port));
  const close = async (): Promise<void> => {
    await link.close();
    await server.stop();
  };
  return orClose(close, async () => {
    await enableAt({ ...server, url: `http://127.0.0.1:${link.port}` }, place);
    return repository(place, join(data, 'cloud'), close);
  });
}

async function enableAt(server: Server, place: Place): Promise<void> {
  const { code, stderr } = await signIn(server, profileOf(place));
  if (code !== 0) throw new Error(`signing in failed: ${stderr}`);
  await run(command(place, ['enable', '--method', 'key', '--cloud', 'builtin:']));
}

function repository(place: Place, stored: string, close: () => Promise<void>): Repository {
  const { phone, folder } = place;
  return {
    stored,
    backup: () => command(place, ['backup', join(phone, folder)]),
    restore: (_, target) => command(place, ['restore', target]),
    restoreMessages: (_, target) => command(place, ['restore', target, '--only', 'messages']),
    verify: () => command(place, ['verify', '--full']),
    restoredIn: (target) => target,
    close,
  };
}

function command(place: Place, args: readonly string[]): Command {
  return { argv: [...program, ...args, '--profile', profileOf(place), '--quiet'], env };
}

function profileOf({ work }: Place): string {
  return join(work, 'profile');
}
