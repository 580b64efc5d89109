import type { Command } from 'commander';
import { StrongroomError } from '@strongroom/core';
import { defaultFolder } from './fleet-local.ts';
import { terminalOf, type GlobalOptions } from './global-options.ts';

interface StatusOptions extends GlobalOptions {
  readonly data?: string;
  readonly config?: string;
}

/** Adds `status`: of a fleet on one machine, or of any fleet as one of its nodes sees it. */
export function addFleetStatus(fleet: Command): void {
  fleet
    .command('status')
    .summary('how a fleet fares')
    .description(
      'With --data: who is up in a fleet on this machine. With --config: its nodes, keys and epochs.',
    )
    .option('--data <dir>', `the folder of a fleet on this machine (default: ${defaultFolder})`)
    .option('--config <file>', 'the configuration of a vault node')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<StatusOptions>();
      if (options.config === undefined) await localStatus(options);
      else await nodeStatus(options.config, options);
    });
}

async function localStatus(options: StatusOptions): Promise<void> {
  const terminal = terminalOf(options);
  const { LocalFleet } = await import('../fleet/local/index.ts');
  const { memberText, stateText } = await import('../fleet/view/words.ts');
  const status = await LocalFleet.existing(options.data ?? defaultFolder).status();
  terminal.result(status, [
    ...status.sites.map(
      (one) => `site ${one.site}  etcd ${memberText(one)}; vault node ${stateText(one.vault)}`,
    ),
    ...status.doors.map(({ door, url, state }) => `front door ${door}  ${url}  ${stateText(state)}`),
  ]);
}

async function nodeStatus(config: string, options: StatusOptions): Promise<void> {
  if (options.data !== undefined)
    throw new StrongroomError('wrong-usage', { why: 'Name either --data or --config.' });
  const terminal = terminalOf(options);
  const { withNode } = await import('../fleet/ceremony/open-node.ts');
  const { statusLines } = await import('../fleet/ceremony/status-lines.ts');
  const progress = await withNode(config, ({ operator }) => operator.status());
  if (progress === undefined)
    throw new StrongroomError('wrong-usage', {
      why: 'This store has no fleet yet. Run `strongroom fleet init` first.',
    });
  terminal.result(progress, statusLines(progress));
}
