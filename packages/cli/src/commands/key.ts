import type { Command } from 'commander';
import { nodeEngine } from '@strongroom/archive/node';
import {
  formatKey,
  isRotating,
  rotateKey,
  showKey,
  type RotateKeyResult,
  type RotationStep,
} from '@strongroom/client';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
import { Advised } from '../terminal/advised.ts';
import { givenPassword, proveKept, type SecretOptions } from '../terminal/secrets.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { countText } from '../terminal/words.ts';
import { withDevice } from './context.ts';
import type { GlobalOptions } from './global-options.ts';

type RotateOptions = GlobalOptions & Pick<SecretOptions, 'passwordFile'> & { readonly takeOver?: boolean };

/** `key show` and `key rotate`. */
export function addKeyCommands(program: Command, signal: AbortSignal): void {
  const key = program
    .command('key')
    .summary('your backup key: show it as 64 digits, change it')
    .description('The key of this backup.');
  key
    .command('show')
    .summary('print the 64-digit key of this device')
    .description(
      'Prints the 64-digit key on standard output: 16 groups of 4. Whoever has it can open your backup.',
    )
    .action(async (_: unknown, command: Command) => show(command.optsWithGlobals<GlobalOptions>(), signal));
  key
    .command('rotate')
    .summary('give this backup a new key, when somebody may have the old one')
    .description(
      'Gives this backup a new key: whoever has the old one opens nothing that is backed up afterwards. What was uploaded before can still be opened with the old key by whoever kept a copy of it. Your password stays; a 64-digit key is replaced by a new one. Interrupted, the same command goes on.',
    )
    .option('--password-file <file>', 'read the password from a file; - for standard input')
    .option('--take-over', 'go on although another device has taken over this backup')
    .action(async (_: unknown, command: Command) => rotate(command.optsWithGlobals<RotateOptions>(), signal));
}

async function show(options: GlobalOptions, signal: AbortSignal): Promise<void> {
  await withDevice(options, signal, async ({ device }) => {
    if (options.json === true) {
      throw new StrongroomError('wrong-usage', {
        why: 'The key is a secret, so it is not printed as JSON. Leave --json away.',
      });
    }
    // Whoever can run this can read the device's state, too: there is nothing more to prove.
    const key = await showKey(device, { way: 'proven' }, signal);
    process.stdout.write(`${formatKey(key)}\n`);
    if (device.requireBackup().key64 !== 'unconfirmed') return;
    if (await proveKept(key, () => {})) await device.updateBackup({ key64: 'kept' });
  });
}

async function rotate(options: RotateOptions, signal: AbortSignal): Promise<void> {
  await withDevice(options, signal, async ({ device, terminal }) => {
    device.requireBackup();
    try {
      const result = await rotateKey(device, {
        engine: nodeEngine(),
        askPassword: () => givenPassword(options),
        keepKey: (key) => proveKept(key, showNew, 'Nothing was changed'),
        onStep: (step) => terminal.say(stepText[step]),
        ...(options.takeOver !== undefined && { takeOver: options.takeOver }),
        signal,
      });
      warn(result, terminal);
      terminal.result(toJson(result), toLines(result));
    } catch (error) {
      throw isRotating(device) ? unfinished(error) : error;
    }
  });
}

const stepText: Readonly<Record<RotationStep, string>> = {
  check: 'Looking at the backup …',
  change: 'Changing the key …',
  'tell-vaults': 'Telling the vault of the newest snapshot …',
};

function showNew(lines: readonly string[]): void {
  const intro = ['', 'Your backup gets a new key. Keep the old one until this command says that it is done.'];
  process.stderr.write(`${[...intro, ...lines].join('\n')}\n`);
}

function unfinished(error: unknown): unknown {
  if (!isStrongroomError(error)) return error;
  return new Advised(error, [
    'The change of the key was begun and is not finished; nothing is lost. What opened your backup still does. To go on: `strongroom key rotate`.',
  ]);
}

function warn({ ways, droppedPasskeys, vaultProblem }: RotateKeyResult, terminal: Terminal): void {
  if (ways.key64 === 'unconfirmed')
    terminal.warn(
      'Keep your new 64-digit key: `strongroom key show` prints it. If you lose it, we can’t give it back.',
    );
  if (droppedPasskeys > 0)
    terminal.warn(
      `${countText(droppedPasskeys, 'passkey')} no longer opens this backup: only the app or browser it belongs to can give it the new key. Add it again there.`,
    );
  if (vaultProblem)
    terminal.warn(`The key is changed, but the vault could not be told of it: ${vaultProblem.message}`);
}

function toJson({ resumed, ways, snapshot, droppedPasskeys, vaultProblem }: RotateKeyResult): object {
  return {
    rotated: true,
    resumed,
    ways,
    snapshot: snapshot ?? null,
    droppedPasskeys,
    vaultProblem: vaultProblem ?? null,
  };
}

function toLines({ resumed, ways }: RotateKeyResult): string[] {
  return [
    `${resumed ? 'The change of the key is finished. ' : ''}This backup has a new key: whoever has the old one opens nothing that is backed up from now on.`,
    ...(ways.password ? ['Your password is the same.'] : []),
    ...(ways.key64 === 'not-chosen'
      ? []
      : ['Your old 64-digit key no longer counts. Only the new one does.']),
    'What was uploaded before stays as it is: whoever has the old key and a copy of the objects in the cloud can still open that, and nothing can take it back.',
    'Next: back up as before; only what changes is uploaded. Your other devices ask for the password or the new 64-digit key: `strongroom restore TARGET --cloud URL`.',
    'What is under the old key leaves the cloud as it is replaced; `strongroom prune` deletes what no snapshot needs.',
  ];
}
