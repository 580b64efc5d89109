import {
  checkGroups,
  groupsToAsk,
  keyGroups,
  parseKey,
  type BackupKey,
  type ChosenPassword,
} from '@strongroom/client';
import { Secret, StrongroomError } from '@strongroom/core';
import { ask, askSecret, canAsk, nextLines, secretFile } from './input.ts';

/** Where a command may take secrets from; never from an argument. */
export interface SecretOptions {
  readonly passwordFile?: string;
  readonly keyFile?: string;
}

/** The password that opens a backup. */
export function givenPassword({ passwordFile }: SecretOptions): Promise<Secret<string>> {
  return passwordFile === undefined ? askSecret('Backup password') : secretFile(passwordFile);
}

/** A new password: typed twice at a prompt, given once in a file or on standard input. */
export async function newPassword({ passwordFile }: SecretOptions): Promise<ChosenPassword> {
  if (passwordFile !== undefined || !canAsk()) {
    const password = await givenPassword({ ...(passwordFile !== undefined && { passwordFile }) });
    return { password, again: password };
  }
  return {
    password: await askSecret('New backup password (at least 8 characters)'),
    again: await askSecret('The same password once more'),
  };
}

/** The 64-digit key that opens a backup. @throws StrongroomError `malformed-key` */
export async function givenKey({ keyFile }: SecretOptions): Promise<BackupKey> {
  const typed = keyFile === undefined || keyFile === '-' ? await askKey(keyFile) : await secretFile(keyFile);
  return parseKey(typed.reveal());
}

// As `key show` prints it, a key takes several lines.
async function askKey(keyFile: string | undefined): Promise<Secret<string>> {
  if (keyFile === undefined && canAsk()) return askSecret('64-digit key');
  return new Secret(await nextLines('The 64-digit key', 64));
}

/** The key in four rows and columns with their names, so that two people can read it to each other. */
export function keyTable(key: BackupKey): string[] {
  const groups = keyGroups(key);
  const rows = ['A', 'B', 'C', 'D'].map(
    (row, i) => `   ${row}   ${groups.slice(4 * i, 4 * i + 4).join('   ')}`,
  );
  return ['       1      2      3      4', ...rows];
}

/**
 * Shows the key and has two of its groups typed back. Answers whether that was done; nobody to ask, no.
 * @param undone how things stand when they are typed wrong
 */
export async function proveKept(
  key: BackupKey,
  show: (lines: readonly string[]) => void,
  undone = 'Nothing was turned on',
): Promise<boolean> {
  if (!canAsk()) return false;
  show([
    '',
    'This is your 64-digit key. Whoever has it can open your backup; without it or your password, nobody can.',
    '',
    ...keyTable(key),
    '',
    'Write it down or put it into a password manager now. If you lose it, we can’t give it back.',
    '',
  ]);
  for (const name of groupsToAsk()) {
    const typed = await ask(`To show that you kept it: group ${name}`);
    const problem = checkGroups(key, { [name]: typed })[name];
    if (problem !== null) {
      throw new StrongroomError('wrong-usage', {
        why: `Group ${name} ${problem}. ${undone}; run the command again.`,
      });
    }
  }
  return true;
}
