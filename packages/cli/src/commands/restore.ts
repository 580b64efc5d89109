import { readdir } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  listSnapshots,
  RestoreError,
  selectionOf,
  type Archive,
  type RestoreResult,
} from '@strongroom/archive';
import { folderTarget, nodeEngine, stateFolder } from '@strongroom/archive/node';
import {
  descriptorProblem,
  needSnapshots,
  openOwnArchive,
  restore,
  unlock,
  waysToUnlock,
  type Device,
  type Unlocking,
} from '@strongroom/client';
import { absoluteCloud, fileError } from '@strongroom/client/node';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
import { Advised } from '../terminal/advised.ts';
import { askYes, canAsk } from '../terminal/input.ts';
import { givenKey, givenPassword, type SecretOptions } from '../terminal/secrets.ts';
import { sayLocked } from '../terminal/say-locked.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { countText, momentText, sizeText } from '../terminal/words.ts';
import { withDevice } from './context.ts';
import type { GlobalOptions } from './global-options.ts';
import { runPlainRestore } from './plain-restore.ts';

interface RestoreCommandOptions extends GlobalOptions, SecretOptions {
  readonly cloud?: string;
  readonly archive?: string;
  readonly snapshot?: string;
  readonly only?: string;
  readonly acceptOlder?: boolean;
  readonly tryUnfinished?: boolean;
  readonly plain?: boolean;
}

/** `strongroom restore`: gets a backup back, on this or a new device. */
export function addRestore(program: Command, signal: AbortSignal): void {
  program
    .command('restore')
    .summary('get a backup back, on this or a new device')
    .description(
      'Restores a backup into a folder that is empty or does not exist: messages first, then media. On a device that does not hold the key it asks for the password or takes a 64-digit key. Interrupted, it goes on where it was.',
    )
    .argument('<target>', 'the folder to restore into')
    .option('--cloud <url>', 'where the backup is: folder:/path or builtin:; needed on a new device')
    .option('--archive <id>', 'which backup, when there are several')
    .option(
      '--snapshot <which>',
      'which snapshot, by its id or number; without it the newest (see `strongroom snapshots`)',
    )
    .option('--only <what>', 'messages, media, or a pattern such as "Media/**/*.jpg"')
    .option('--password-file <file>', 'read the password from a file; - for standard input')
    .option('--key-file <file>', 'read a 64-digit key from a file, in any spacing; - for standard input')
    .option('--accept-older', 'restore although the cloud shows an older state than the vault knows of')
    .option(
      '--try-unfinished',
      'when a change of password was interrupted, try the password on both; costs one more try',
    )
    .option(
      '--plain',
      'get an unencrypted backup back, as `backup --plain` made it; without this program: cat PARTS | tar x',
    )
    .action(async (target: string, _: unknown, command: Command) =>
      run(target, command.optsWithGlobals<RestoreCommandOptions>(), signal),
    );
}

async function run(targetPath: string, options: RestoreCommandOptions, signal: AbortSignal): Promise<void> {
  const only = options.only === undefined ? undefined : selectionOf(options.only);
  await withDevice(options, signal, async (context) => {
    const { device, terminal } = context;
    await refuseTaken(targetPath);
    if (options.plain === true) return runPlainRestore(targetPath, options, context);
    const target = folderTarget(targetPath);
    const { archive, mark } = await open(device, terminal, options, signal);
    await needSnapshots(archive, mark, signal);
    const lost = await descriptorProblem(archive, signal);
    if (lost) terminal.warn(descriptorText(lost));
    const progress = terminal.progress('Restoring');
    try {
      const result = await restore(device, archive, target, {
        ...(options.snapshot !== undefined && { snapshot: options.snapshot }),
        ...(only && { only }),
        ...(mark && { mark }),
        acceptOlder: options.acceptOlder === true,
        progress: ({ bytesDone, bytesTotal, secondsLeft }) =>
          progress.advance({ done: bytesDone, total: bytesTotal, secondsLeft }),
        warn: ({ message }) => terminal.warn(message),
        signal,
      });
      progress.end();
      terminal.result(toJson(result), toLines(result, targetPath));
      if (only && result.restored + result.skipped === 0)
        terminal.warn(`Nothing in this backup matches "${options.only}".`);
    } catch (error) {
      progress.end();
      if (error instanceof RestoreError) throw damageTold(error, terminal, targetPath);
      throw await withOlder(error, archive, targetPath, signal);
    }
  });
}

function descriptorText(problem: StrongroomError): string {
  // Only whoever has the newest key writes it anew.
  if (isStrongroomError(problem, 'other-key') && !problem.details.earlier) return problem.message;
  return `${problem.message} It was opened without; the next backup writes it anew.`;
}

type Opened = { readonly archive: Archive } & Pick<Awaited<ReturnType<typeof unlock>>, 'mark'>;

async function open(
  device: Device,
  terminal: Terminal,
  options: RestoreCommandOptions,
  signal: AbortSignal,
): Promise<Opened> {
  if (holdsKey(device, options))
    return { archive: await openOwnArchive(device, { engine: nodeEngine(), signal }) };
  if (options.cloud === undefined) {
    throw new StrongroomError('wrong-usage', {
      why: 'Say where the backup is: --cloud folder:/path or --cloud builtin:',
    });
  }
  const where = {
    cloud: absoluteCloud(options.cloud),
    ...(options.archive !== undefined && { archiveId: options.archive.toLowerCase() }),
    engine: nodeEngine(),
    signal,
  };
  const unlocked = await unlockAsking(device, terminal, where, options);
  for (const { vaultId, reason } of unlocked.misbehaved) {
    terminal.warn(`Vault ${vaultId} did not keep to the protocol and was left out: ${reason}.`);
  }
  if (unlocked.failuresSinceOpening > 0) {
    terminal.warn(
      `${countText(unlocked.failuresSinceOpening, 'wrong password')} since this backup was last opened.`,
    );
  }
  if (unlocked.renewalProblem) sayLocked(unlocked.renewalProblem, terminal);
  return unlocked;
}

function holdsKey(
  { state }: Device,
  { cloud, keyFile, passwordFile, archive }: RestoreCommandOptions,
): boolean {
  const { backup } = state;
  if (backup === undefined || keyFile !== undefined || passwordFile !== undefined) return false;
  return (
    (cloud === undefined || absoluteCloud(cloud) === backup.cloud) &&
    (archive ?? backup.archiveId) === backup.archiveId
  );
}

async function unlockAsking(
  device: Device,
  terminal: Terminal,
  where: Parameters<typeof unlock>[1],
  options: RestoreCommandOptions,
): ReturnType<typeof unlock> {
  const ways = await waysToUnlock(device, where);
  const way = chooseWay(ways, options);
  for (;;) {
    let unlocking: Unlocking | undefined;
    try {
      unlocking = await askFor(way, options);
      return await unlock(device, where, unlocking);
    } catch (error) {
      const again = isStrongroomError(error, 'wrong-password', 'wrong-key', 'malformed-key');
      if (!again || !canAsk() || hasSecretFile(options) || isLast(error)) throw error;
      terminal.error(error);
      if (isStrongroomError(error, 'wrong-password') && error.details.unfinishedChange) {
        const both = await askYes(
          'A change of password was interrupted. Try this password on the other one, too? It costs one more try.',
        );
        if (both && unlocking?.way === 'password')
          return unlock(device, where, { ...unlocking, tryUnfinished: true });
      }
    }
  }
}

function hasSecretFile({ keyFile, passwordFile }: SecretOptions): boolean {
  return keyFile !== undefined || passwordFile !== undefined;
}

function isLast(error: StrongroomError): boolean {
  return isStrongroomError(error, 'wrong-password') && error.details.guessesLeft === 0;
}

async function askFor(way: 'password' | 'key', options: RestoreCommandOptions): Promise<Unlocking> {
  if (way === 'key') return { way, key: await givenKey(options) };
  return { way, password: await givenPassword(options), tryUnfinished: options.tryUnfinished === true };
}

function chooseWay(
  ways: ReadonlySet<string>,
  { keyFile, passwordFile }: RestoreCommandOptions,
): 'password' | 'key' {
  if (keyFile !== undefined && passwordFile !== undefined) {
    throw new StrongroomError('wrong-usage', { why: '--password-file and --key-file exclude each other.' });
  }
  if (keyFile !== undefined) return 'key';
  if (passwordFile !== undefined || ways.has('password')) return 'password';
  if (ways.size === 1 && ways.has('passkey'))
    throw new StrongroomError('wrong-usage', {
      why: 'Only a passkey opens this backup, and a terminal cannot ask it. Open it in the browser or the app; there, or on a device that has the backup, add a password or the 64-digit key. If you have the digits: --key-file.',
    });
  return 'key';
}

function toJson({ snapshot, restored, skipped, bytes, failures }: RestoreResult): object {
  const damaged = failures.map(({ path, error }) => ({ path, error }));
  return {
    snapshot: snapshot.id,
    number: snapshot.number,
    time: snapshot.time,
    restored,
    skipped,
    bytes,
    damaged,
  };
}

function toLines({ snapshot, restored, skipped, bytes }: RestoreResult, target: string): string[] {
  const already = skipped === 0 ? '' : ` ${countText(skipped, 'file')} were there already.`;
  return [
    `Restored ${countText(restored, 'file')}, ${sizeText(bytes)}, into ${target}.${already}`,
    `This is how it was ${momentText(snapshot.time)} (snapshot number ${snapshot.number}).`,
  ];
}

// Everything intact is restored by now.
function damageTold(error: RestoreError, terminal: Terminal, target: string): Advised {
  const { failures, restored, skipped } = error.result;
  const shown = failures.slice(0, 20);
  for (const { path, error } of shown)
    terminal.warn(`${path === '' ? 'A part of the list of files' : path}: ${error.message}`);
  if (failures.length > shown.length) terminal.warn(`… and ${failures.length - shown.length} more.`);
  const files = failures.filter(({ path }) => path !== '').length;
  const lost = files === failures.length ? '' : ' What the lost part of the list named is not there.';
  const advice = [
    `${countText(restored + skipped, 'intact file')} restored into ${target}, ${countText(files, 'damaged one')} left out.${lost}`,
    'An older snapshot may still have them: `strongroom snapshots`, then `strongroom restore OTHER_TARGET --snapshot ID`.',
  ];
  return new Advised(error, advice, toJson(error.result));
}

// When a snapshot itself is damaged, another one may still be whole.
async function withOlder(
  failure: unknown,
  archive: Archive,
  target: string,
  signal: AbortSignal,
): Promise<unknown> {
  const unreadable =
    isStrongroomError(failure, 'archive-damaged', 'other-key') &&
    failure.details.object.includes('/snapshots/');
  if (!unreadable) return failure;
  const [whole] = await listSnapshots(archive, { signal, onProblem: () => undefined }).catch(() => []);
  if (whole === undefined) return failure;
  const { id, time } = whole;
  const which = isStrongroomError(failure, 'other-key') ? 'The newest that your key opens' : 'Whole';
  const advice = `${which} is the one of ${momentText(time)}: \`strongroom restore ${target} --snapshot ${id}\`.`;
  return new Advised(failure, [advice], { wholeSnapshot: id });
}

// Looked at before a password is asked for. A folder that holds an unfinished restore is looked at again later.
async function refuseTaken(target: string): Promise<void> {
  const names = await namesIn(target);
  const free = names !== undefined && (names.length === 0 || names.includes(stateFolder));
  if (!free) throw new StrongroomError('target-not-empty', { path: target });
}

async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') return undefined;
    throw fileError(error, folder);
  }
}
