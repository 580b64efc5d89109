import { join } from 'node:path';
import { run, versionOf, type Command } from '../process/command.ts';
import { openSlowLink } from '../process/slow-link.ts';
import { orClose } from './or-close.ts';
import type { Peer, Place, Repository } from './peer.ts';
import { passphrase } from './passphrase.ts';
import { serveByRclone } from './rclone-server.ts';

/** restic, with the newest version of its repositories. */
export const restic: Peer = {
  name: 'restic',
  packages: ['restic'],
  how: 'repository version 2, `--compression auto`',
  version: () => versionOf('restic', 'version'),
  whyNotOver: async (cloud) =>
    cloud === 'folder' || (await versionOf('rclone', 'version')) !== null
      ? null
      : 'its server is `rclone serve restic`, which is not installed: `apt-get install rclone`',
  open: async (place) => {
    const stored = join(place.work, 'repository');
    const { url, close } = place.cloud === 'folder' ? onDisk(stored) : await overHttp(stored);
    await orClose(close, () => run(command(place, url, ['init', '--repository-version', '2'])));
    return repository(place, url, stored, close);
  },
};

interface Way {
  readonly url: string;
  readonly close: () => Promise<void>;
}

function onDisk(stored: string): Way {
  return { url: stored, close: async () => {} };
}

async function overHttp(stored: string): Promise<Way> {
  const server = await serveByRclone('restic', stored);
  const link = await openSlowLink(server.port);
  const close = async (): Promise<void> => {
    await link.close();
    await server.stop();
  };
  return { url: `rest:http://127.0.0.1:${link.port}/`, close };
}

function repository(place: Place, url: string, stored: string, close: () => Promise<void>): Repository {
  const { folder, database } = place;
  const restore = (target: string, ...more: readonly string[]): Command =>
    command(place, url, ['restore', 'latest', '--target', target, ...more]);
  return {
    stored,
    backup: () => command(place, url, ['backup', folder, '--compression', 'auto']),
    restore: (_, target) => restore(target),
    restoreMessages: (_, target) => restore(target, '--include', `/${folder}/${database}`),
    verify: () => command(place, url, ['check', '--read-data']),
    restoredIn: (target) => join(target, folder),
    close,
  };
}

function command({ work, phone }: Place, url: string, args: readonly string[]): Command {
  return {
    argv: ['restic', '--quiet', ...args],
    cwd: phone,
    env: { RESTIC_REPOSITORY: url, RESTIC_PASSWORD: passphrase, RESTIC_CACHE_DIR: join(work, 'cache') },
  };
}
