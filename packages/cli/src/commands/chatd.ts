import type { Command } from 'commander';
import { VERSION } from '@strongroom/core';
import { terminalOf, type GlobalOptions } from './global-options.ts';
import { untilAborted } from '../terminal/until-aborted.ts';

interface ChatdOptions extends GlobalOptions {
  readonly config: string;
}

/** `strongroom chatd`: one front door. */
export function addChatd(program: Command, signal: AbortSignal): void {
  program
    .command('chatd')
    .summary('run one front door of a fleet')
    .description(
      'Runs one front door, until it is stopped with Ctrl-C or SIGTERM; it answers what is under way.',
    )
    .requiredOption(
      '--config <file>',
      'JSON: where it listens, its database, its keys, the vaults and their nodes',
    )
    .action(async (_: unknown, command: Command) => chatd(command.optsWithGlobals<ChatdOptions>(), signal));
}

async function chatd(options: ChatdOptions, signal: AbortSignal): Promise<void> {
  const terminal = terminalOf(options);
  // Here alone: every other command starts sooner without the servers.
  const { pino } = await import('pino');
  const { readFrontDoorConfig, startFrontDoor } = await import('@strongroom/chatd/node');
  const { mountCloud } = await import('../up/mount-cloud.ts');
  const config = readFrontDoorConfig(options.config);
  const { cloud } = config;
  const { startTelemetry } = await import('../telemetry.ts');
  const telemetry = await startTelemetry('strongroom-chatd', VERSION);
  const door = await startFrontDoor({
    config,
    tracing: telemetry !== undefined,
    log: pino({ base: null }, pino.destination({ dest: 2, sync: true })),
    reread: () => readFrontDoorConfig(options.config),
    print: (line) => process.stderr.write(`${line}\n`),
    ...(cloud !== undefined && { mount: (app, frontDoor) => mountCloud(frontDoor, cloud)(app) }),
  });
  process.on('SIGHUP', () => door.reload());
  terminal.result({ url: door.url, admin: door.adminUrl }, [
    `The front door is open at ${door.url}`,
    `Health, readiness and metrics: ${door.adminUrl}/healthz, /readyz, /metrics`,
  ]);
  await untilAborted(signal);
  await door.close();
  await telemetry?.close();
}
