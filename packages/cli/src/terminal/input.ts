import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { confirm, isCancel, password as askPassword, text as askText } from '@clack/prompts';
import { Secret, StrongroomError } from '@strongroom/core';
import { readingStopped } from './stop-reading.ts';

let lines: AsyncIterator<string> | undefined;
let reader: Interface | undefined;
const onTerminal = { output: process.stderr, signal: readingStopped };

readingStopped.addEventListener('abort', () => {
  reader?.close();
  process.stdin.unref?.();
});

/** Whether a person can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** The next line of standard input. @throws StrongroomError `wrong-usage` when there is none */
export async function nextLine(what: string): Promise<string> {
  const line = await lineOrEnd();
  if (line !== undefined) return line;
  throw new StrongroomError('wrong-usage', { why: `${what} is needed, and standard input has ended.` });
}

/**
 * Lines of standard input up to the one that brings so many characters together, spaces aside, or to its end.
 * @throws StrongroomError `wrong-usage` when there are none
 */
export async function nextLines(what: string, characters: number): Promise<string> {
  let text = await nextLine(what);
  while (text.replaceAll(/\s/g, '').length < characters) {
    const line = await lineOrEnd();
    if (line === undefined) break;
    text += `\n${line}`;
  }
  return text;
}

async function lineOrEnd(): Promise<string | undefined> {
  // What is aborted already tells nobody again.
  if (readingStopped.aborted) return undefined;
  reader ??= createInterface({ input: process.stdin });
  lines ??= reader[Symbol.asyncIterator]();
  // A reader that is closed leaves whoever waits for it without an answer.
  const end = new Promise<undefined>((resolve) => {
    readingStopped.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  return Promise.race([lines.next().then(({ value }) => value as string | undefined), end]);
}

/** Asks for something that may be seen. */
export async function ask(message: string): Promise<string> {
  if (!canAsk()) return nextLine(message);
  return answered(await askText({ message, ...onTerminal }));
}

/** Asks for something that must not be seen: at a prompt, else a line of standard input. */
export async function askSecret(message: string): Promise<Secret<string>> {
  if (!canAsk()) return new Secret(await nextLine(message));
  return new Secret(answered(await askPassword({ message, ...onTerminal })));
}

/** Asks yes or no; answers no where nobody can be asked. */
export async function askYes(message: string): Promise<boolean> {
  return canAsk() && answered(await confirm({ message, ...onTerminal, initialValue: false }));
}

/** The secret in a file, without the line break at its end. `-` is standard input. @throws StrongroomError `wrong-usage` */
export async function secretFile(path: string): Promise<Secret<string>> {
  if (path === '-') return new Secret(await nextLine('The secret'));
  try {
    return new Secret(readFileSync(path, 'utf8').replace(/\r?\n$/, ''));
  } catch (cause) {
    throw new StrongroomError('wrong-usage', { why: `${path} cannot be read.` }, { cause });
  }
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (!isCancel(answer)) return answer as Exclude<T, symbol>;
  throw new StrongroomError('cancelled', {});
}
