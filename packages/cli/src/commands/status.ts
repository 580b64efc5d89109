import type { Command } from 'commander';
import { settlePending, status, type Status, type VaultStatus } from '@strongroom/client';
import { isStrongroomError } from '@strongroom/core';
import { exitCodeOf } from '../exit-codes.ts';
import { countText, momentText, sizeText } from '../terminal/words.ts';
import { withDevice } from './context.ts';
import type { GlobalOptions } from './global-options.ts';
import { eventLines, moreLines, moreStatus, type MoreStatus } from './status-more.ts';

/** `status`. */
export function addStatusCommands(program: Command, signal: AbortSignal): void {
  program
    .command('status')
    .summary('how your backups stand, and what protects them')
    .description('Shows how the backups of this device stand, what opens them, and who is trusted for that.')
    .action(async (_: unknown, command: Command) => show(command.optsWithGlobals<GlobalOptions>(), signal));
}

async function show(options: GlobalOptions, signal: AbortSignal): Promise<void> {
  await withDevice(options, signal, async ({ device, terminal, profile }) => {
    try {
      const settled = await settlePending(device, signal);
      if (settled === 'finished') terminal.say('A change of password that was interrupted is finished now.');
      if (settled === 'dropped')
        terminal.say('A change of password that was interrupted was dropped; the old password holds.');
    } catch (error) {
      // Shown below as the vault's problem.
      if (!isStrongroomError(error, 'offline', 'unavailable', 'cloud-unreachable')) throw error;
    }
    const current = { ...(await status(device, signal)), ...(await moreStatus(device, profile, signal)) };
    const { vaultProblem } = current;
    terminal.result({ ...current, ...(vaultProblem && { error: vaultProblem }) }, lines(current));
    if (vaultProblem !== null) process.exitCode = exitCodeOf(vaultProblem);
  });
}

function lines(current: Status & MoreStatus): string[] {
  return [
    ...backupLines(current),
    ...moreLines(current),
    '',
    ...accountLines(current),
    ...vaultLines(current),
    ...eventLines(current),
  ];
}

function backupLines({ encrypted, cloud, archiveId, ways, last, unfinished, reminder }: Status): string[] {
  if (unfinished === 'turning-on')
    return ['Encrypted backups are half turned on. Run the same `strongroom enable` again to finish.'];
  if (!encrypted) return ['Encrypted backups are off.'];
  const opens = [
    ways.password ? 'your password' : '',
    ways.key64 === 'not-chosen' ? '' : 'your 64-digit key',
    passkeyText(ways.passkeys),
  ];
  return [
    'End-to-end encrypted backups are on.',
    `  Opened by   ${opens.filter((way) => way !== '').join(' or ') || 'the key on this device'}${ways.key64 === 'unconfirmed' ? ' (not yet shown to be kept: `strongroom key show`)' : ''}`,
    `  Cloud       ${cloud}`,
    `  Archive     ${archiveId}`,
    last === null
      ? '  Last backup none yet: `strongroom backup PATH`'
      : `  Last backup ${momentText(last.at)} · number ${last.number} · ${countText(last.files, 'file')} · ${sizeText(last.bytes)}`,
    ...(reminder?.due === true ? ['  Do you still know your password? `strongroom check-password`'] : []),
    ...(unfinished === 'change-of-key'
      ? ['  A change of the backup key is not finished: `strongroom key rotate`']
      : []),
  ];
}

// Passkeys that other devices added have no name here.
function passkeyText(passkeys: Status['ways']['passkeys']): string {
  const names = passkeys.flatMap(({ name }) => (name === null ? [] : [name]));
  if (passkeys.length === 0) return '';
  return `${countText(passkeys.length, 'passkey')}${names.length === 0 ? '' : ` (${names.join(', ')})`}`;
}

function accountLines({ signedIn, server, directory }: Status): string[] {
  if (!signedIn || directory === null) return ['This device is not signed in.'];
  const pinned =
    directory.pinnedBy === 'person' ? 'as you named it' : 'the first seen: compare it with the operator’s';
  return [
    `Signed in at ${server}.`,
    `  List of vaults sha256:${directory.sha256}`,
    `                 (${pinned})`,
  ];
}

function vaultLines({ vault, vaultProblem, encrypted, ways }: Status): string[] {
  if (vaultProblem !== null) return ['', `The vault could not be asked: ${vaultProblem.message}`];
  if (vault === null || !vault.registered) return [];
  const known = encrypted && ways.password ? 'Your password' : 'The backup password of this account';
  return ['', `${known} is guarded by ${guards(vault)}.`, ...promise(vault), ...standing(vault)];
}

function guards({ threshold, count, operators }: VaultStatus): string {
  if (count === 1) return `one vault (${operators[0]})`;
  return `${threshold} of ${count} vaults (${operators.join(', ')})`;
}

function promise({ threshold }: VaultStatus): string[] {
  if (threshold === 1) {
    return [
      '  The cloud and the network cannot guess it. The vault’s operator is trusted to count the tries.',
    ];
  }
  return [
    `  Fewer than ${threshold} of them together, their operators included, cannot even try a password.`,
  ];
}

function standing(vault: VaultStatus): string[] {
  if (vault.locked)
    return ['  Locked: too many wrong passwords. Choose a new one here: `strongroom change-password`.'];
  const wait = vault.waitUntil === null ? '' : ` Next try ${momentText(vault.waitUntil)}.`;
  return [
    `  ${vault.guessesLeft} of ${vault.guessLimit} tries left.${wait}`,
    ...(vault.failuresSinceOpening > 0
      ? [`  ${countText(vault.failuresSinceOpening, 'wrong password')} since the last right one.`]
      : []),
    ...(vault.replacement === null
      ? []
      : [
          `  Another device asked to replace your backup key. If that wasn’t you: \`strongroom cancel-replacement\`, until ${momentText(vault.replacement.committableAt)}.`,
        ]),
  ];
}
