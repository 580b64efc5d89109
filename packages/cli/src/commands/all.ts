import type { Command } from 'commander';

/** Adds commands to the program. */
type Add = (program: Command, signal: AbortSignal) => void;

/** Commands, and the file they are in. */
interface CommandFile {
  readonly names: readonly string[];
  readonly load: () => Promise<Add>;
}

// In the order of the help.
const files: readonly CommandFile[] = [
  { names: ['up'], load: async () => (await import('./up.ts')).addUp },
  { names: ['sign-in'], load: async () => (await import('./sign-in.ts')).addSignIn },
  { names: ['enable'], load: async () => (await import('./enable.ts')).addEnable },
  { names: ['backup'], load: async () => (await import('./backup.ts')).addBackup },
  { names: ['restore'], load: async () => (await import('./restore.ts')).addRestore },
  { names: ['status'], load: async () => (await import('./status.ts')).addStatusCommands },
  { names: ['key'], load: async () => (await import('./key.ts')).addKeyCommands },
  { names: ['diff'], load: async () => (await import('./diff.ts')).addDiff },
  { names: ['find'], load: async () => (await import('./find.ts')).addFind },
  { names: ['schedule'], load: async () => (await import('./schedule.ts')).addSchedule },
  { names: ['snapshots', 'verify'], load: async () => (await import('./archive.ts')).addArchiveCommands },
  { names: ['prune'], load: async () => (await import('./prune.ts')).addPrune },
  {
    names: ['check-password', 'change-password', 'cancel-replacement', 'disable'],
    load: async () => (await import('./passwords.ts')).addPasswordCommands,
  },
];

/**
 * Adds the command that is called, or all of them when it is not clear which: to load what the others need would take
 * longer than many a command.
 * @param args of the command line
 */
export async function addCommands(
  program: Command,
  signal: AbortSignal,
  args: readonly string[],
): Promise<void> {
  const called = files.find(({ names }) => names.some((name) => name === args[0]));
  for (const { load } of called ? [called] : files) (await load())(program, signal);
}
