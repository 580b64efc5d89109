import type { Command } from 'commander';
import { enable, type Device, type EnableOptions } from '@strongroom/client';
import { absoluteCloud } from '@strongroom/client/node';
import { StrongroomError } from '@strongroom/core';
import { newPassword, proveKept, type SecretOptions } from '../terminal/secrets.ts';
import { withDevice } from './context.ts';
import type { GlobalOptions } from './global-options.ts';

interface EnableCommandOptions extends GlobalOptions, SecretOptions {
  readonly method: string;
  readonly cloud: string;
}

/** `strongroom enable`: turns encrypted backups on. */
export function addEnable(program: Command, signal: AbortSignal): void {
  program
    .command('enable')
    .summary('turn end-to-end encrypted backups on')
    .description(
      'Turns end-to-end encrypted backups on. With a password, the vault keeps the key and counts wrong tries; with a 64-digit key, you keep it yourself. Both may be on.',
    )
    .requiredOption('--method <ways>', 'password, key, or password,key')
    .requiredOption('--cloud <url>', 'where backups go: folder:/path or builtin:')
    .option('--password-file <file>', 'read the new password from a file; - for standard input')
    .action(async (_: unknown, command: Command) =>
      run(command.optsWithGlobals<EnableCommandOptions>(), signal),
    );
}

async function run(options: EnableCommandOptions, signal: AbortSignal): Promise<void> {
  const ways = parseWays(options.method);
  await withDevice(options, signal, async ({ device, terminal }) => {
    if (device.state.backup !== undefined) throw new StrongroomError('already-enabled', {});
    if (ways.has('password')) device.requireAccount();
    const cloud = absoluteCloud(options.cloud);
    const password = ways.has('password') ? await newPassword(options) : undefined;
    if (password) terminal.say('Setting the password at the vault …');
    await enable(device, { cloud, signal, ...(password && { password }), ...keepKeyIf(ways.has('key')) });
    const { key64, archiveId } = device.requireBackup();
    if (key64 === 'unconfirmed') {
      terminal.warn(
        'Keep your 64-digit key: `strongroom key show` prints it. If you lose it, we can’t give it back.',
      );
    }
    terminal.result({ enabled: true, ways: [...ways], cloud, archiveId, keyKept: key64 === 'kept' }, [
      'End-to-end encrypted backups are on.',
      `Only ${wayText(ways)} opens them. We can’t.`,
      'Make the first one: npx strongroom backup PATH',
      ...plainLines(device, cloud),
    ]);
  });
}

// Unencrypted backups from before: what becomes of them is no surprise.
function plainLines({ state }: Device, cloud: string): string[] {
  const places = state.plain ?? [];
  const elsewhere = places.filter((place) => place.cloud !== cloud);
  return [
    ...(elsewhere.length < places.length
      ? ['The unencrypted backup there is deleted once the first encrypted one is made and checked.']
      : []),
    ...elsewhere.map((place) => `The UNENCRYPTED backup in ${place.cloud} stays: delete it yourself.`),
  ];
}

function keepKeyIf(wanted: boolean): Pick<EnableOptions, 'keepKey'> {
  if (!wanted) return {};
  return { keepKey: (key) => proveKept(key, (lines) => process.stderr.write(`${lines.join('\n')}\n`)) };
}

function wayText(ways: ReadonlySet<string>): string {
  if (ways.size === 2) return 'your password or your 64-digit key';
  return ways.has('password') ? 'your password' : 'your 64-digit key';
}

function parseWays(text: string): ReadonlySet<'password' | 'key'> {
  const ways = text.split(',').map((way) => way.trim());
  if (ways.includes('passkey'))
    throw new StrongroomError('wrong-usage', {
      why: 'A terminal cannot ask a passkey: only a browser or an app can. Choose password, key, or password,key here.',
    });
  const known = ways.filter((way) => way === 'password' || way === 'key');
  if (known.length === ways.length && known.length > 0) return new Set(known);
  throw new StrongroomError('wrong-usage', {
    why: `--method takes password, key, or password,key, not "${text}".`,
  });
}
