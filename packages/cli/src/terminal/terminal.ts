import { isStrongroomError, printable, StrongroomError } from '@strongroom/core';
import { Advised } from './advised.ts';
import { ProgressLine } from './progress-line.ts';

/** How much is said, and to whom. */
export interface TerminalOptions {
  /** One JSON object on standard output and nothing else. */
  readonly json: boolean;
  /** Only results and errors. */
  readonly quiet: boolean;
}

/** What a command says. Results go to standard output, all else to standard error. */
export class Terminal {
  readonly options: TerminalOptions;

  constructor(options: TerminalOptions) {
    this.options = options;
  }

  /** The command's result: an object for programs, lines for people. */
  result(json: object, lines: readonly string[]): void {
    if (this.options.json) process.stdout.write(`${JSON.stringify(json)}\n`);
    else for (const line of lines) process.stdout.write(`${printable(line)}\n`);
  }

  /** A step on the way. */
  say(line: string): void {
    if (!this.options.json && !this.options.quiet) process.stderr.write(`${printable(line)}\n`);
  }

  /** Something the person should know, also when they asked for quiet. */
  warn(line: string): void {
    if (!this.options.json) process.stderr.write(`${this.#colour('33', 'Note:')} ${printable(line)}\n`);
  }

  /** A progress line that is drawn over itself; nothing when nobody watches. */
  progress(label: string): ProgressLine {
    const watched = process.stderr.isTTY && !this.options.json && !this.options.quiet;
    return new ProgressLine(label, watched ? process.stderr : undefined);
  }

  /** An error, what to do about it, and its stable code in small. */
  error(error: unknown): void {
    const { error: known, advice, json } = error instanceof Advised ? error : new Advised(asKnown(error), []);
    if (this.options.json) {
      process.stdout.write(`${JSON.stringify({ error: known, ...json })}\n`);
      return;
    }
    const said = this.#colour('31', printable(known.message));
    const lines = [said, ...advice.map(printable), this.#colour('2', `(${known.code})`)];
    process.stderr.write(`${lines.join('\n')}\n`);
  }

  #colour(code: string, text: string): string {
    return process.stderr.isTTY && process.env['NO_COLOR'] === undefined
      ? `\u001B[${code}m${text}\u001B[0m`
      : text;
  }
}

function asKnown(error: unknown): StrongroomError {
  if (isStrongroomError(error)) return error;
  return new StrongroomError('bug', { where: describe(error) }, { cause: error });
}

// The type and place of an unexpected error, never its text: that may quote what was being worked on.
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  const place = /\((?:file:\/\/)?[^)]*\/([^/)]+:\d+):\d+\)|at (?:file:\/\/)?\S*\/([^/\s]+:\d+):\d+/.exec(
    error.stack ?? '',
  );
  return `${error.name} at ${place?.[1] ?? place?.[2] ?? 'an unknown place'}`;
}
