/** One package: which of ours it may import, and why no more. */
export interface Room {
  readonly imports: readonly string[];
  readonly why: string;
  /** A browser runs it too: nothing from Node outside `src/node/` and tests. */
  readonly browser: boolean;
}

const anything = ['core', 'wire', 'opaque', 'protocol', 'archive', 'clouds', 'client', 'vault', 'chatd'];

/** Who may import whom. The lint rules, and a test of each package.json, come from this table. */
export const rooms: Readonly<Record<string, Room>> = {
  core: {
    imports: [],
    why: 'core is the ground floor: it imports no other package of ours.',
    browser: true,
  },
  wire: {
    imports: [],
    why: 'wire is generated from proto/: it imports no other package of ours.',
    browser: true,
  },
  opaque: {
    imports: ['core'],
    why: 'opaque is pure cryptography: of ours it imports core alone.',
    browser: true,
  },
  protocol: {
    imports: ['core', 'wire'],
    why: 'protocol imports core and wire alone: client, chatd and vault all stand on it.',
    browser: true,
  },
  archive: {
    imports: ['core', 'wire'],
    why: 'archive imports core and wire alone: it meets the vault only in client, which holds the backup key.',
    browser: true,
  },
  clouds: {
    imports: ['core', 'archive'],
    why: "clouds imports core and the archive's ObjectStore port alone: it sees names and sealed bytes.",
    browser: true,
  },
  chats: {
    imports: ['core'],
    why: 'chats imports core alone: of backups and servers it knows nothing.',
    browser: true,
  },
  client: {
    imports: ['core', 'opaque', 'protocol', 'archive', 'clouds', 'wire'],
    why: 'client never imports a server or the command line: it speaks to them over the network.',
    browser: true,
  },
  vault: {
    imports: ['core', 'opaque', 'protocol', 'wire'],
    why: 'vault never imports client, archive or chatd: it cannot hold what it must not see.',
    browser: false,
  },
  chatd: {
    imports: ['core', 'protocol', 'wire'],
    why: 'chatd never imports client, archive, opaque or vault: the relay is blind.',
    browser: false,
  },
  web: {
    imports: ['core', 'opaque', 'archive', 'clouds', 'client', 'chats'],
    why: 'web is a client like any other: it never imports a server or the command line.',
    browser: true,
  },
  cli: {
    imports: anything,
    why: 'cli may import everything of ours.',
    browser: false,
  },
};
