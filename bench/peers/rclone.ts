import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run, versionOf, type Command } from '../process/command.ts';
import { openSlowLink } from '../process/slow-link.ts';
import type { Peer, Place, Repository } from './peer.ts';
import { passphrase } from './passphrase.ts';
import { serveByRclone } from './rclone-server.ts';

/** rclone's encrypted remotes. */
export const rclone: Peer = {
  name: 'rclone crypt',
  packages: ['rclone'],
  how: '`rclone sync` to a crypt remote',
  remark:
    'keeps the last state alone, compresses nothing, hides neither sizes nor the shape of the tree; its full verify compares everything with the folder on the phone',
  version: () => versionOf('rclone', 'version'),
  whyNotOver: async () => null,
  open: async (place) => {
    const stored = join(place.work, 'repository');
    const { remote, close } = place.cloud === 'folder' ? await onDisk(stored) : await overSftp(stored);
    const password = (await run({ argv: ['rclone', 'obscure', passphrase] })).trim();
    return repository(
      place,
      stored,
      { RCLONE_CONFIG_BOX_REMOTE: remote, RCLONE_CONFIG_BOX_PASSWORD: password },
      close,
    );
  },
};

interface Way {
  readonly remote: string;
  readonly close: () => Promise<void>;
}

async function onDisk(stored: string): Promise<Way> {
  await mkdir(stored, { recursive: true });
  return { remote: stored, close: async () => {} };
}

async function overSftp(stored: string): Promise<Way> {
  const login = ['--user', 'bench', '--pass', passphrase, '--authorized-keys', ''];
  const server = await serveByRclone('sftp', stored, login);
  const link = await openSlowLink(server.port);
  const pass = (await run({ argv: ['rclone', 'obscure', passphrase] })).trim();
  const close = async (): Promise<void> => {
    await link.close();
    await server.stop();
  };
  return { remote: `:sftp,host=127.0.0.1,port=${link.port},user=bench,pass=${pass}:`, close };
}

function repository(
  { phone, folder, database }: Place,
  stored: string,
  box: Readonly<Record<string, string>>,
  close: () => Promise<void>,
): Repository {
  const command = (...args: readonly string[]): Command => ({
    argv: ['rclone', '--config', '', '--quiet', ...args],
    env: { RCLONE_CONFIG_BOX_TYPE: 'crypt', ...box },
  });
  return {
    stored,
    backup: () => command('sync', join(phone, folder), 'box:'),
    restore: (_, target) => command('copy', 'box:', target),
    restoreMessages: (_, target) => command('copyto', `box:${database}`, join(target, database)),
    verify: () => command('check', '--download', join(phone, folder), 'box:'),
    restoredIn: (target) => target,
    close,
  };
}
