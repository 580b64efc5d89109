import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run, versionOf, type Command } from '../process/command.ts';
import type { Peer, State } from './peer.ts';

/** What people put together by hand. */
export const tar: Peer = {
  name: 'tar zstd age',
  packages: ['tar', 'zstd', 'age'],
  how: '`tar | zstd -3 | age`, to a key',
  remark: 'makes a whole new archive each time',
  version: async () => {
    const parts = await Promise.all([
      versionOf('tar', '--version'),
      versionOf('zstd', '-q', '--version'),
      versionOf('age', '--version'),
      versionOf('bash', '--version'),
    ]);
    return parts.includes(null) ? null : parts.slice(0, 3).join(', ');
  },
  whyNotOver: async (cloud) => (cloud === 'folder' ? null : 'it makes a file, and knows of no cloud'),
  open: async ({ work, phone, folder, database }) => {
    const stored = join(work, 'repository');
    const key = join(work, 'key');
    await mkdir(stored);
    await run({ argv: ['age-keygen', '-o', key] });
    const recipient = (await run({ argv: ['age-keygen', '-y', key] })).trim();
    const file = (state: State): string => join(stored, `${state}.tar.zst.age`);
    const open = 'age --decrypt --identity "$1" "$2" | zstd -dq';
    return {
      stored,
      backup: (state) =>
        pipe(
          'tar -C "$1" --sort=name -cf - "$2" | zstd -3q | age -r "$3" >"$4"',
          phone,
          folder,
          recipient,
          file(state),
        ),
      restore: (state, target) => pipe(`${open} | tar -C "$3" -xf -`, key, file(state), target),
      // The database comes first, and nothing after it is read.
      restoreMessages: (state, target) =>
        pipe(
          `${open} 2>/dev/null | tar -C "$3" -xf - --occurrence=1 "$4" || test -f "$3/$4"`,
          key,
          file(state),
          target,
          `${folder}/${database}`,
        ),
      verify: (state) => pipe(`${open} | tar -tf -`, key, file(state)),
      restoredIn: (target) => join(target, folder),
      close: async () => {},
    };
  },
};

function pipe(script: string, ...args: readonly string[]): Command {
  return { argv: ['bash', '-o', 'pipefail', '-c', script, 'bash', ...args] };
}
