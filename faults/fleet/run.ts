import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a command of the system to its end. @throws Error with what it said */
export async function run(command: string, ...args: readonly string[]): Promise<void> {
  await promisify(execFile)(command, args);
}
