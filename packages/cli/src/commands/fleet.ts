import type { Command } from 'commander';
import { addFleetCeremony } from './fleet-ceremony.ts';
import { addFleetLocal } from './fleet-local.ts';
import { addFleetStatus } from './fleet-status.ts';

/** `strongroom fleet`: what operators do with several vault nodes, and a fleet on one machine. */
export function addFleet(program: Command, signal: AbortSignal): void {
  const fleet = program
    .command('fleet')
    .summary('several vault nodes as one vault: keys, nodes, and a whole fleet on one machine')
    .description(
      'With --data: a whole fleet on one machine, to try out what happens when parts of it fail. With --config: what an operator does at one vault node, over its store and HSM.',
    );
  addFleetLocal(fleet, signal);
  addFleetStatus(fleet);
  addFleetCeremony(fleet, signal);
}
