import { deepEqual } from 'node:assert/strict';
import type { ErrorCode } from '@strongroom/core';
import { strongroom, type Answer } from '../../tools/run-strongroom.ts';

/** What a command with `--json` answered. */
export interface Outcome {
  /** The exit code. */
  readonly code: number;
  /** The object on standard output; empty when it is an error. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly error: JsonError | undefined;
}

/** An error as programs read it. */
export interface JsonError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly action: { readonly do: string; readonly until?: number };
  readonly details: Readonly<Record<string, unknown>>;
}

/** What a command answered that must have succeeded. */
function succeeded({ code, json, error }: Outcome): Outcome['json'] {
  deepEqual({ code, error }, { code: 0, error: undefined });
  return json;
}

/** How `status --json` describes the password at the vault. */
export interface VaultStanding {
  readonly registered: boolean;
  readonly locked: boolean;
  readonly guessesLeft: number;
  readonly waitUntil: number | null;
  readonly failuresSinceOpening: number;
  readonly replacement: { readonly committableAt: number } | null;
}

/** One device: a profile, and the commands a person runs on it. */
export class PasswordDevice {
  readonly name: string;
  readonly profile: string;
  /** The URL of the account's cloud. */
  readonly cloud: string;

  constructor(name: string, profile: string, cloud: string) {
    this.name = name;
    this.profile = profile;
    this.cloud = cloud;
  }

  /** Runs a command with `--json`. `input` goes to its standard input. */
  async run(args: readonly string[], input = '', kill?: AbortSignal): Promise<Outcome> {
    const command = [...args, '--json', '--profile', this.profile];
    const { code, stdout } = await strongroom(command, { input, ...(kill && { kill }) });
    const { error, ...json } = (stdout === '' ? {} : JSON.parse(stdout)) as Record<string, unknown>;
    return { code, json, error: error as JsonError | undefined };
  }

  /** Runs a command that must succeed, and answers its JSON. */
  async must(args: readonly string[], input = ''): Promise<Outcome['json']> {
    return succeeded(await this.run(args, input));
  }

  enable(password: string): Promise<Outcome> {
    const args = ['enable', '--method', 'password', '--cloud', this.cloud, '--password-file', '-'];
    return this.run(args, `${password}\n`);
  }

  /** `restore` with a password into a folder. */
  restore(target: string, password: string, ...more: readonly string[]): Promise<Outcome> {
    const args = ['restore', target, '--cloud', this.cloud, '--password-file', '-', ...more];
    return this.run(args, `${password}\n`);
  }

  checkPassword(password: string): Promise<Outcome> {
    return this.run(['check-password', '--password-file', '-'], `${password}\n`);
  }

  changePassword(password: string, kill?: AbortSignal): Promise<Outcome> {
    return this.run(['change-password', '--password-file', '-'], `${password}\n`, kill);
  }

  /** Runs a command as people do, without `--json`. */
  say(args: readonly string[], input = ''): Promise<Answer> {
    return strongroom([...args, '--profile', this.profile], { input });
  }

  /** How the password stands at the vault, by `status`. */
  async standing(): Promise<VaultStanding> {
    const { vault } = await this.must(['status']);
    return vault as VaultStanding;
  }
}
