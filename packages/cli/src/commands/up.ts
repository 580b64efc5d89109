import type { Command } from 'commander';
import { StrongroomError } from '@strongroom/core';
import { terminalOf, type GlobalOptions } from './global-options.ts';
import { announcement } from '../up/announcement.ts';
import { untilAborted } from '../terminal/until-aborted.ts';

interface UpOptions extends GlobalOptions {
  readonly data: string;
  readonly host?: string;
  readonly port: string;
  readonly https?: boolean;
  readonly policy?: string;
}

/** `strongroom up`: everything on one machine. */
export function addUp(program: Command, signal: AbortSignal): void {
  program
    .command('up')
    .summary('run everything on one machine: vault, front door, built-in cloud, web app')
    .description(
      'Runs a vault, a front door, a cloud and the web app in one process, until it is stopped with Ctrl-C.',
    )
    .option('--data <dir>', 'where all state is kept', './strongroom-data')
    .option(
      '--https',
      'speak HTTPS with a certificate of its own, for phones on the same network; shows how they trust it',
    )
    .option(
      '--host <address>',
      'address to listen on (default: 127.0.0.1, with --https every one); without --https anything but this machine needs HTTPS in front',
    )
    .option('--port <number>', 'port to listen on; 0 for any free one', '7420')
    .option(
      '--policy <file>',
      'JSON with guessLimit, waits (seconds after failures 5, 6, …) and replacementDelay (seconds)',
    )
    .action(async (_: unknown, command: Command) => up(command.optsWithGlobals<UpOptions>(), signal));
}

async function up(options: UpOptions, signal: AbortSignal): Promise<void> {
  const terminal = terminalOf(options);
  const port = parsePort(options.port);
  // Here alone: every other command starts sooner without the servers.
  const { pino } = await import('pino');
  const { startAllInOne } = await import('../up/all-in-one.ts');
  const { readPolicyFile } = await import('../up/policy-file.ts');
  const { everyAddress } = await import('../up/https/local-tls.ts');
  const { findApp, howToBuild } = await import('../up/web-app.ts');
  const app = findApp();
  const log = pino({ base: null }, pino.destination({ dest: 2, sync: true }));
  const https = options.https === true;
  const server = await startAllInOne({
    data: options.data,
    host: options.host ?? (https ? everyAddress() : '127.0.0.1'),
    port,
    https,
    app,
    ...(options.policy !== undefined && { policy: readPolicyFile(options.policy) }),
    log,
    print: (line) => process.stderr.write(`${line}\n`),
  });
  const { json, lines } = announcement(
    server,
    app === undefined
      ? `The web app is not built: \`${howToBuild}\` in the repository builds it.`
      : 'Open that address in a browser for the web app.',
  );
  terminal.result(json, lines);
  await untilAborted(signal);
  terminal.say('Stopping.');
  await server.close();
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new StrongroomError('wrong-usage', { why: `--port takes a number from 0 to 65535, not "${text}".` });
}
