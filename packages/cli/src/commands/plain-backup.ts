import { backupPlain, plainPlace, type PlainBackupResult, type Retirement } from '@strongroom/client';
import { absoluteCloud } from '@strongroom/client/node';
import { StrongroomError } from '@strongroom/core';
import type { Terminal } from '../terminal/terminal.ts';
import { countText, sizeText, spanText } from '../terminal/words.ts';
import type { Context } from './context.ts';
import { openSource, type SourceOptions } from './source.ts';

/** The options of `backup` that concern `--plain`. */
export interface PlainCommandOptions extends SourceOptions {
  readonly plain?: boolean;
  readonly cloud?: string;
  readonly takeOver?: boolean;
  readonly acceptLoss?: boolean;
  readonly compress: boolean;
}

/** `backup --plain`: an unencrypted backup, while encryption is off. */
export async function runPlain(
  paths: readonly string[],
  options: PlainCommandOptions,
  { device, terminal, profile, signal }: Context,
): Promise<void> {
  refuseEncryptedOnly(options);
  const place = plainPlace(device, options.cloud === undefined ? undefined : absoluteCloud(options.cloud));
  const { cloud } = place;
  const warnings: { path: string; message: string }[] = [];
  const source = await openSource(paths, options, device, profile, cloud);
  terminal.warn(`This backup is NOT encrypted: whoever gets into ${cloud} reads all of it.`);
  const progress = terminal.progress('Backing up, unencrypted');
  const began = Date.now();
  try {
    const result = await backupPlain(device, source, {
      cloud,
      ...(progress.isWatched && {
        progress: ({ bytesDone, bytesTotal, secondsLeft }) =>
          progress.advance({ done: bytesDone, total: bytesTotal, secondsLeft }),
      }),
      warn: ({ path, message }) => {
        warnings.push({ path, message });
        terminal.warn(message);
      },
      signal,
    });
    progress.end();
    terminal.result(toJson(result, warnings), toLines(result, (Date.now() - began) / 1000));
    if (result.olderProblem)
      terminal.warn(`An older unencrypted backup is still there: ${result.olderProblem.message}`);
  } finally {
    progress.end();
  }
}

/** `--cloud` is for unencrypted backups: the cloud of encrypted ones was chosen when they were turned on. */
export function refusePlainOnly({ cloud }: PlainCommandOptions): void {
  if (cloud === undefined) return;
  throw new StrongroomError('wrong-usage', {
    why: 'Encrypted backups go where `strongroom enable --cloud` said. Leave --cloud away, or add --plain.',
  });
}

function refuseEncryptedOnly({ takeOver, acceptLoss, compress }: PlainCommandOptions): void {
  if (takeOver !== true && acceptLoss !== true && compress) return;
  throw new StrongroomError('wrong-usage', {
    why: '--take-over, --accept-loss and --no-compress are for encrypted backups. Leave them away, or --plain.',
  });
}

/** What is said about unencrypted backups from before, after an encrypted one. */
export function sayRetired(plain: Retirement | undefined, terminal: Terminal): void {
  if (plain === undefined) return;
  if (plain.kept)
    terminal.warn(
      `The unencrypted backup from before is still in the cloud, because the encrypted one could not be checked to its end: ${plain.kept.message} The next backup tries again.`,
    );
  else if (plain.deleted > 0)
    terminal.result({}, [
      'Every byte of the encrypted backup was checked; the unencrypted one from before is deleted.',
    ]);
}

function toJson(result: PlainBackupResult, warnings: readonly object[]): object {
  const { cloud, archiveId, id, files, contentBytes, parts, bytes, olderProblem } = result;
  return {
    encrypted: false,
    cloud,
    archiveId,
    id,
    files,
    bytes: contentBytes,
    uploadedBytes: bytes,
    parts,
    olderProblem: olderProblem ?? null,
    warnings,
  };
}

function toLines({ files, contentBytes, cloud, parts }: PlainBackupResult, seconds: number): string[] {
  return [
    `Backed up ${countText(files, 'file')}, ${sizeText(contentBytes)}, in ${spanText(seconds)}, in ${countText(parts, 'part')} of a tar file. NOT encrypted.`,
    `Whoever gets into ${cloud} reads all of it. To end that: \`strongroom enable --method password --cloud ${cloud}\`.`,
  ];
}
