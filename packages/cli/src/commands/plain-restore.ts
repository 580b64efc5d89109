import { selectionOf } from '@strongroom/archive';
import { categoryOfPath, folderTarget } from '@strongroom/archive/node';
import { restorePlain } from '@strongroom/client';
import { absoluteCloud } from '@strongroom/client/node';
import { StrongroomError } from '@strongroom/core';
import { countText, sizeText } from '../terminal/words.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Context } from './context.ts';

/** The options of `restore` that concern `--plain`. */
export interface PlainRestoreOptions {
  readonly cloud?: string;
  readonly archive?: string;
  readonly only?: string;
  readonly snapshot?: string;
  readonly passwordFile?: string;
  readonly keyFile?: string;
}

/** `restore --plain`: gets an unencrypted backup back. */
export async function runPlainRestore(
  target: string,
  options: PlainRestoreOptions,
  { device, terminal, signal }: Context,
): Promise<void> {
  const { cloud, archive, only } = options;
  if ((options.snapshot ?? options.passwordFile ?? options.keyFile) !== undefined) {
    throw new StrongroomError('wrong-usage', {
      why: '--snapshot, --password-file and --key-file are for encrypted backups. Leave them away, or --plain.',
    });
  }
  const where = {
    ...(cloud !== undefined && { cloud: absoluteCloud(cloud) }),
    ...(archive !== undefined && { archiveId: archive.toLowerCase() }),
    signal,
  };
  terminal.warn('An unencrypted backup is restored as it is: nobody can tell whether it was changed.');
  const progress = terminal.progress('Restoring');
  const result = await restorePlain(device, folderTarget(target), where, {
    ...(only !== undefined && { only: selectionOf(only) }),
    categoryOf: categoryOfPath,
    progress: ({ bytesDone, bytesTotal, secondsLeft }) =>
      progress.advance({ done: bytesDone, total: bytesTotal, secondsLeft }),
    warn: ({ message }) => terminal.warn(message),
  }).finally(() => progress.end());
  const { restored, skipped, bytes, failures } = result;
  for (const { path, error } of failures) terminal.warn(`${path}: ${error.message}`);
  const already = skipped === 0 ? '' : ` ${countText(skipped, 'file')} were there already.`;
  terminal.result({ encrypted: false, ...result, ...(failures[0] && { error: failures[0].error }) }, [
    `Restored ${countText(restored, 'file')}, ${sizeText(bytes)}, into ${target}.${already}`,
    ...(failures.length > 0 ? [`${countText(failures.length, 'entry')} could not be written.`] : []),
  ]);
  if (failures.length > 0) process.exitCode = exitCodes.failed;
  if (only !== undefined && restored + skipped === 0)
    terminal.warn(`Nothing in this backup matches "${only}".`);
}
