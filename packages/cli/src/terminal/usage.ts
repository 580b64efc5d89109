import type { CommanderError } from 'commander';
import { StrongroomError } from '@strongroom/core';

const secretOption = /unknown option '--(?:password|passphrase|pin|key|code)\b/;
const secretsHint =
  'Secrets are never taken from an argument, where other programs could read them: leave it out to be asked, or use --password-file or --key-file.';

/** What Commander says about wrong usage, without values that may be a secret somebody typed as an argument. */
export function withoutSecrets(text: string): string {
  const bare = text
    .replace(/(unknown option '--[^'=]*)=[^']*'/, "$1'")
    .replace(/(too many arguments.* but got \d+): .*$/s, '$1.\n');
  return secretOption.test(bare) ? `${bare}${secretsHint}\n` : bare;
}

/** The same for programs. */
export function usageError(error: CommanderError): StrongroomError<'wrong-usage'> {
  const said = withoutSecrets(error.message)
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');
  const why = error.code === 'commander.help' ? 'Say which command.' : said[0]?.toUpperCase() + said.slice(1);
  return new StrongroomError('wrong-usage', { why: `${why} Try --help.` }, { cause: error });
}
