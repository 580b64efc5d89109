import type { Command } from 'commander';

/** Adds commands to the program. */
type Add = (program: Command, signal: AbortSignal) => void;

/** Commands as the help lists them, and the file they are in. */
interface CommandFile {
  /** Name with arguments, and summary. */
  readonly commands: Readonly<Record<string, string>>;
  readonly load: () => Promise<Add>;
}

// In the order of the help.
const files: readonly CommandFile[] = [
  {
    commands: { up: 'run everything on one machine: vault, front door, built-in cloud, web app' },
    load: async () => (await import('./up.ts')).addUp,
  },
  {
    commands: { vault: 'run one vault node of a fleet' },
    load: async () => (await import('./vault.ts')).addVault,
  },
  {
    commands: { chatd: 'run one front door of a fleet' },
    load: async () => (await import('./chatd.ts')).addChatd,
  },
  {
    commands: { fleet: 'several vault nodes as one vault: keys, nodes, and a whole fleet on one machine' },
    load: async () => (await import('./fleet.ts')).addFleet,
  },
  {
    commands: { 'sign-in': 'register this device with your phone number' },
    load: async () => (await import('./sign-in.ts')).addSignIn,
  },
  {
    commands: {
      devices: 'which devices are signed in to your account',
      'sign-out': 'sign this device out of your account',
    },
    load: async () => (await import('./devices.ts')).addDeviceCommands,
  },
  {
    commands: { events: 'what happened to your account: passwords tried, devices, requests' },
    load: async () => (await import('./events.ts')).addEvents,
  },
  {
    commands: { enable: 'turn end-to-end encrypted backups on' },
    load: async () => (await import('./enable.ts')).addEnable,
  },
  {
    commands: { 'backup <path...>': 'back up a folder' },
    load: async () => (await import('./backup.ts')).addBackup,
  },
  {
    commands: { 'restore <target>': 'get a backup back, on this or a new device' },
    load: async () => (await import('./restore.ts')).addRestore,
  },
  {
    commands: { status: 'how your backups stand, and what protects them' },
    load: async () => (await import('./status.ts')).addStatusCommands,
  },
  {
    commands: { key: 'your backup key: show it as 64 digits, change it' },
    load: async () => (await import('./key.ts')).addKeyCommands,
  },
  {
    commands: { 'diff [A] [B]': 'what changed between two snapshots' },
    load: async () => (await import('./diff.ts')).addDiff,
  },
  {
    commands: { 'find <pattern>': 'find a file in the snapshots' },
    load: async () => (await import('./find.ts')).addFind,
  },
  {
    commands: { 'schedule [path...]': 'back up by itself: daily, weekly or monthly' },
    load: async () => (await import('./schedule.ts')).addSchedule,
  },
  {
    commands: {
      snapshots: 'what there is to restore',
      verify: 'find out whether the backup is whole',
    },
    load: async () => (await import('./archive.ts')).addArchiveCommands,
  },
  {
    commands: { prune: 'let old snapshots go and make room' },
    load: async () => (await import('./prune.ts')).addPrune,
  },
  {
    commands: {
      'check-password': 'find out whether you still know your password',
      'change-password': 'set a new password; the old one is not needed',
      'cancel-replacement': 'object when somebody asked to replace your backup key',
      disable: 'turn encrypted backups off',
    },
    load: async () => (await import('./passwords.ts')).addPasswordCommands,
  },
];

/**
 * Adds the command that is called. Of the others, when the help may have to list them, only what it says: to load
 * what they need would take longer than many a command.
 * @param args of the command line
 */
export async function addCommands(
  program: Command,
  signal: AbortSignal,
  args: readonly string[],
): Promise<void> {
  const [first] = args;
  const called = files.find((file) => first !== undefined && namesOf(file).includes(first));
  for (const file of called ? [called] : files) {
    if (namesOf(file).some((name) => args.includes(name))) (await file.load())(program, signal);
    else
      for (const [usage, summary] of Object.entries(file.commands)) program.command(usage).summary(summary);
  }
}

function namesOf({ commands }: CommandFile): string[] {
  return Object.keys(commands).map((usage) => usage.split(' ')[0]!);
}
