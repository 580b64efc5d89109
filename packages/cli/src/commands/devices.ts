import type { Command } from 'commander';
import { listDevices, revokeDevice, signOut, type SignedInDevice } from '@strongroom/client';
import { StrongroomError } from '@strongroom/core';
import { momentText } from '../terminal/words.ts';
import { withDevice, type Context, type GlobalOptions } from './context.ts';

interface DevicesOptions extends GlobalOptions {
  readonly revoke?: string;
}

/** `devices` and `sign-out`. */
export function addDeviceCommands(program: Command, signal: AbortSignal): void {
  program
    .command('devices')
    .summary('which devices are signed in to your account')
    .description('Shows the devices that are signed in to your account, or signs one of them out.')
    .option('--revoke <id>', 'sign this device out at once: its id, or as much of it as tells it apart')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<DevicesOptions>();
      const { revoke: id } = options;
      await withDevice(options, signal, (context) =>
        id === undefined ? list(context) : revoke(context, id),
      );
    });
  program
    .command('sign-out')
    .summary('sign this device out of your account')
    .description(
      'Signs this device out. Its backup key stays here; backups go on after it signed in to the same account again.',
    )
    .action(async (_: unknown, command: Command) =>
      withDevice(command.optsWithGlobals<GlobalOptions>(), signal, leave),
    );
}

async function list({ device, terminal, signal }: Context): Promise<void> {
  const devices = await listDevices(device, signal);
  terminal.result({ devices }, devices.flatMap(lines));
}

async function revoke({ device, terminal, signal }: Context, start: string): Promise<void> {
  const { id, name, isThis } = find(await listDevices(device, signal), start);
  if (isThis) {
    const why = 'That is this device. To sign it out: `strongroom sign-out`.';
    throw new StrongroomError('wrong-usage', { why });
  }
  await revokeDevice(device, id, signal);
  terminal.result({ revoked: id, name }, [
    `“${name}” is signed out.`,
    'What it has of your backups and your key stays with it. If somebody else has it: `strongroom key rotate`.',
  ]);
}

async function leave({ device, terminal, signal }: Context): Promise<void> {
  const hasBackup = device.state.backup !== undefined;
  await signOut(device, signal);
  terminal.result({ signedIn: false, backupKept: hasBackup }, [
    'This device is signed out.',
    ...(hasBackup ? ['Its backup key stays here. Backups go on after `strongroom sign-in`.'] : []),
  ]);
}

function find(devices: readonly SignedInDevice[], start: string): SignedInDevice {
  const found = devices.filter(({ id }) => id.startsWith(start.toLowerCase()));
  const [only] = found;
  if (only !== undefined && found.length === 1 && start.length >= 4) return only;
  const why = `--revoke takes the id of one device, or at least four digits of its beginning, as \`strongroom devices\` shows it; "${start}" is that of ${found.length === 0 ? 'none' : 'several, or too short'}.`;
  throw new StrongroomError('wrong-usage', { why });
}

function lines({ id, name, isThis, signedInAt, lastSeenDay }: SignedInDevice): string[] {
  const seen = lastSeenDay === null ? '' : ` · last seen ${dayText(lastSeenDay)}`;
  return [
    `${name === '' ? 'a device without a name' : name}${isThis ? ' (this device)' : ''}`,
    `  ${id}`,
    `  signed in ${momentText(signedInAt)}${seen}`,
  ];
}

// A day in UTC, which has no time of day here.
function dayText(day: number, now: number = Date.now()): string {
  const days = Math.floor(now / 86_400_000) - Math.floor(day / 86_400_000);
  if (days <= 0) return 'today';
  return days === 1 ? 'yesterday' : `${days} days ago`;
}
