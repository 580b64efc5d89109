import { join } from 'node:path';
import { run, versionOf, type Command } from '../process/command.ts';
import type { Peer, Place } from './peer.ts';
import { passphrase } from './passphrase.ts';

/** BorgBackup. */
export const borg: Peer = {
  name: 'borg',
  packages: ['borgbackup'],
  how: '`--encryption repokey --compression auto,zstd,3`',
  version: () => versionOf('borg', '--version'),
  whyNotOver: async (cloud) =>
    cloud === 'folder' ? null : 'it speaks to a borg at the other end over SSH alone, not to a cloud',
  open: async (place) => {
    const { folder, database } = place;
    const stored = join(place.work, 'repository');
    await run(command(place, ['init', '--encryption', 'repokey', stored]));
    const extract = (state: string, ...path: readonly string[]): readonly string[] => [
      'extract',
      `${stored}::${state}`,
      ...path,
    ];
    return {
      stored,
      backup: (state) =>
        command(place, ['create', '--compression', 'auto,zstd,3', `${stored}::${state}`, folder]),
      restore: (state, target) => command(place, extract(state), target),
      restoreMessages: (state, target) => command(place, extract(state, `${folder}/${database}`), target),
      verify: () => command(place, ['check', '--verify-data', stored]),
      restoredIn: (target) => join(target, folder),
      close: async () => {},
    };
  },
};

function command({ work, phone }: Place, args: readonly string[], cwd = phone): Command {
  return {
    argv: ['borg', ...args],
    cwd,
    env: { BORG_PASSPHRASE: passphrase, BORG_BASE_DIR: join(work, 'base') },
  };
}
