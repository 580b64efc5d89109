import type { Command } from 'commander';
import { toHex, VERSION } from '@strongroom/core';
import { terminalOf, type GlobalOptions } from './global-options.ts';
import { untilAborted } from '../terminal/until-aborted.ts';

interface VaultOptions extends GlobalOptions {
  readonly config: string;
}

/** `strongroom vault`: one vault node. */
export function addVault(program: Command, signal: AbortSignal): void {
  program
    .command('vault')
    .summary('run one vault node of a fleet')
    .description(
      'Runs one vault node, until it is stopped with Ctrl-C or SIGTERM; it answers what is under way. A second signal stops it at once.',
    )
    .requiredOption('--config <file>', 'JSON: where it listens, its store, its HSM, its front doors')
    .action(async (_: unknown, command: Command) => vault(command.optsWithGlobals<VaultOptions>(), signal));
}

async function vault(options: VaultOptions, signal: AbortSignal): Promise<void> {
  const terminal = terminalOf(options);
  // Here alone: every other command starts sooner without the servers.
  const { pino } = await import('pino');
  const { readVaultNodeConfig, startVaultNode } = await import('@strongroom/vault/node');
  const { startTelemetry } = await import('../telemetry.ts');
  const config = readVaultNodeConfig(options.config);
  const telemetry = await startTelemetry('strongroom-vault', VERSION);
  const log = pino({ base: null }, pino.destination({ dest: 2, sync: true }));
  const tracerProvider = telemetry && { tracerProvider: telemetry.provider };
  const reread = (): typeof config => readVaultNodeConfig(options.config);
  const node = await startVaultNode({ config, log, signal, reread, ...tracerProvider });
  process.on('SIGHUP', () => node.reload());
  const vaultId = toHex(node.vault.describe(1, '').vaultId);
  terminal.result({ site: config.site, url: node.url, admin: node.adminUrl, vaultId }, [
    `Vault ${vaultId}, site ${config.site}, serves at ${node.url}`,
    `Health, readiness and metrics: ${node.adminUrl}/healthz, /readyz, /metrics`,
  ]);
  await untilAborted(signal);
  await node.close();
  await telemetry?.close();
}
