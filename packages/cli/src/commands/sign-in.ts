import type { Command } from 'commander';
import { signIn } from '@strongroom/client';
import { StrongroomError } from '@strongroom/core';
import { ask } from '../terminal/input.ts';
import { keepAuthority, readAuthority, trustAuthority } from './authority.ts';
import { withDevice } from './context.ts';
import type { GlobalOptions } from './global-options.ts';

interface SignInCommandOptions extends GlobalOptions {
  readonly server: string;
  readonly phone: string;
  readonly directory?: string;
  readonly ca?: string;
}

/** `strongroom sign-in`: registers this device with an account. */
export function addSignIn(program: Command, signal: AbortSignal): void {
  program
    .command('sign-in')
    .summary('register this device with your phone number')
    .description(
      'Registers this device with an account. A six-digit code is sent to the number and asked for here, or read from standard input.',
    )
    .requiredOption('--server <url>', 'address of the front door, as `strongroom up` prints it')
    .requiredOption('--phone <number>', 'your number with country code: +491701234567')
    .option('--directory <sha256:…>', 'the list of vaults to trust; without it the first one seen is trusted')
    .option(
      '--ca <file>',
      'trust this authority for the server, in PEM; kept with the profile (`strongroom up --https` makes one)',
    )
    .action(async (_: unknown, command: Command) =>
      run(command.optsWithGlobals<SignInCommandOptions>(), signal),
    );
}

async function run(options: SignInCommandOptions, signal: AbortSignal): Promise<void> {
  const server = parseServer(options.server);
  const phone = options.phone.replaceAll(/[\s()/-]/g, '');
  const directorySha256 = options.directory === undefined ? undefined : parseHash(options.directory);
  const authority = options.ca === undefined ? undefined : readAuthority(options.ca);
  await withDevice(options, signal, async ({ device, terminal, profile }) => {
    if (authority !== undefined) trustAuthority(authority);
    await signIn(device, {
      server,
      phone,
      ...(directorySha256 !== undefined && { directorySha256 }),
      signal,
      askCode: async (triesLeft) => {
        if (triesLeft !== undefined) terminal.warn(`Wrong code. ${triesLeft} tries left.`);
        return ask(`Six-digit code sent to ${phone}`);
      },
    });
    if (authority !== undefined) keepAuthority(profile, authority);
    const { directoryPinnedBy, directorySha256: trusted } = device.requireAccount();
    const pinned = directoryPinnedBy === 'first-seen' ? 'the first seen' : 'as you named it';
    terminal.result({ signedIn: true, server, directory: `sha256:${trusted}`, directoryPinnedBy }, [
      `Signed in at ${server}.`,
      `Trusted list of vaults (${pinned}): sha256:${trusted}`,
    ]);
  });
}

function parseServer(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new StrongroomError('wrong-usage', {
      why: `--server takes an address like http://127.0.0.1:7420, not "${text}".`,
    });
  }
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url.protocol === 'http:' && !local) {
    throw new StrongroomError('wrong-usage', {
      why: 'A server that is not on this machine must be reached over https://.',
    });
  }
  return url.origin;
}

function parseHash(text: string): string {
  const hash = /^(?:sha256:)?([0-9a-f]{64})$/i.exec(text)?.[1];
  if (hash !== undefined) return hash.toLowerCase();
  throw new StrongroomError('wrong-usage', {
    why: '--directory takes sha256: and 64 digits, as `strongroom up` prints it.',
  });
}
