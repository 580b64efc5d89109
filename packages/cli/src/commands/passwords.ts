import type { Command } from 'commander';
import {
  cancelReplacement,
  changePassword,
  checkPassword,
  disable,
  proveOwner,
  type Proof,
} from '@strongroom/client';
import { StrongroomError } from '@strongroom/core';
import { askYes, canAsk } from '../terminal/input.ts';
import { givenKey, givenPassword, newPassword, type SecretOptions } from '../terminal/secrets.ts';
import { sayLocked } from '../terminal/say-locked.ts';
import { countText } from '../terminal/words.ts';
import { withDevice } from './context.ts';
import type { GlobalOptions } from './global-options.ts';

type PasswordOptions = GlobalOptions & SecretOptions;
type DisableOptions = PasswordOptions & {
  readonly deleteBackups?: boolean;
  readonly keepBackups?: boolean;
  readonly yes?: boolean;
};

/** `check-password`, `change-password`, `cancel-replacement` and `disable`. */
export function addPasswordCommands(program: Command, signal: AbortSignal): void {
  program
    .command('check-password')
    .summary('find out whether you still know your password')
    .description('Checks your password without restoring anything. A wrong one counts as a try.')
    .option('--password-file <file>', 'read the password from a file; - for standard input')
    .action(async (_: unknown, command: Command) =>
      check(command.optsWithGlobals<PasswordOptions>(), signal),
    );
  program
    .command('change-password')
    .summary('set a new password; the old one is not needed')
    .description(
      'Sets a new password on a device that has the backup. The old one is not needed, and stops opening it.',
    )
    .option('--password-file <file>', 'read the new password from a file; - for standard input')
    .action(async (_: unknown, command: Command) =>
      change(command.optsWithGlobals<PasswordOptions>(), signal),
    );
  program
    .command('cancel-replacement')
    .summary('object when somebody asked to replace your backup key')
    .description('Cancels a request, made by another device without your backup key, to replace it.')
    .action(async (_: unknown, command: Command) =>
      objectTo(command.optsWithGlobals<GlobalOptions>(), signal),
    );
  program
    .command('disable')
    .summary('turn encrypted backups off')
    .description('Turns encrypted backups off: the vault erases its record, and this device forgets the key.')
    .option('--delete-backups', 'delete the encrypted backups in the cloud, too')
    .option('--keep-backups', 'leave them there; only a 64-digit key that you kept still opens them')
    .option('--password-file <file>', 'prove it with the password in a file instead of being asked')
    .option('--key-file <file>', 'prove it with the 64-digit key in a file instead of being asked')
    .option('--yes', 'do not ask')
    .action(async (_: unknown, command: Command) =>
      turnOff(command.optsWithGlobals<DisableOptions>(), signal),
    );
}

async function check(options: PasswordOptions, signal: AbortSignal): Promise<void> {
  await withDevice(options, signal, async ({ device, terminal }) => {
    device.requireBackup();
    const { failuresSinceOpening, misbehaved, renewalProblem } = await checkPassword(
      device,
      await givenPassword(options),
      signal,
    );
    for (const { vaultId, reason } of misbehaved)
      terminal.warn(`Vault ${vaultId} did not keep to the protocol: ${reason}.`);
    if (renewalProblem) sayLocked(renewalProblem, terminal);
    terminal.result({ right: true, failuresSinceOpening, misbehaved }, [
      'That is your password.',
      ...(failuresSinceOpening > 0
        ? [`${countText(failuresSinceOpening, 'wrong password')} since it was last used.`]
        : []),
    ]);
  });
}

async function change(options: PasswordOptions, signal: AbortSignal): Promise<void> {
  await withDevice(options, signal, async ({ device, terminal }) => {
    device.requireBackup();
    const chosen = await newPassword(options);
    terminal.say('Setting the new password at the vault …');
    await changePassword(device, chosen, signal);
    terminal.result({ changed: true }, ['The password is changed. The old one no longer opens your backup.']);
  });
}

async function objectTo(options: GlobalOptions, signal: AbortSignal): Promise<void> {
  await withDevice(options, signal, async ({ device, terminal }) => {
    const cancelled = await cancelReplacement(device, signal);
    const line = cancelled
      ? 'Cancelled. Your backup key stays.'
      : 'Nobody has asked to replace your backup key.';
    terminal.result({ cancelled }, [line]);
  });
}

async function turnOff(options: DisableOptions, signal: AbortSignal): Promise<void> {
  await withDevice(options, signal, async ({ device, terminal }) => {
    device.requireBackup();
    const proof = await askProof(options);
    await proveOwner(device, proof, signal);
    const deleteBackups = await decideDeletion(options);
    const { passkeys = [] } = device.requireBackup();
    const left = passkeys.length > 0 ? 'your passkey or a 64-digit key' : 'a 64-digit key';
    await disable(device, { proof: { way: 'proven' }, deleteBackups, signal });
    terminal.result({ disabled: true, deletedBackups: deleteBackups }, [
      'Encrypted backups are off. The vault has erased its record, and this device has forgotten the key.',
      deleteBackups
        ? 'The encrypted backups are deleted.'
        : `The encrypted backups are still in the cloud; only ${left} that you kept opens them.`,
    ]);
  });
}

// What opens the backup may also turn it off; else the person is asked on the device that holds it.
async function askProof(options: DisableOptions): Promise<Proof> {
  if (options.keyFile !== undefined) return { way: 'key', key: await givenKey(options) };
  if (options.passwordFile !== undefined) return { way: 'password', password: await givenPassword(options) };
  if (options.yes !== true) await confirmTurnOff();
  return { way: 'proven' };
}

async function confirmTurnOff(): Promise<void> {
  if (!canAsk())
    throw new StrongroomError('wrong-usage', {
      why: 'Turning off cannot be undone. Prove that it is yours with --password-file or --key-file, or say --yes.',
    });
  const sure = await askYes(
    'Turn encrypted backups off? Without your 64-digit key, what is backed up can then never be opened again.',
  );
  if (!sure) throw new StrongroomError('cancelled', {});
}

async function decideDeletion({ deleteBackups, keepBackups }: DisableOptions): Promise<boolean> {
  if (deleteBackups === true && keepBackups === true) {
    throw new StrongroomError('wrong-usage', {
      why: '--delete-backups and --keep-backups exclude each other.',
    });
  }
  if (deleteBackups === true || keepBackups === true) return deleteBackups === true;
  return askYes('Delete the encrypted backups in the cloud, too?');
}
