import { StrongroomError } from '@strongroom/core';
import { isFree } from './ports.ts';
import type { Processes } from './processes.ts';
import type { FleetSettings } from './settings.ts';

/** @throws StrongroomError `wrong-usage` when another program listens at a port of a process that does not run */
export async function checkPorts({ sites, doors }: FleetSettings, processes: Processes): Promise<void> {
  for (const ports of sites) {
    const { site, peers, clients, vault, admin } = ports;
    if (processes.etcd(ports).pid === undefined) await free([peers, clients], `etcd at site ${site}`);
    if (processes.vault(ports).pid === undefined)
      await free([vault, admin], `the vault node of site ${site}`);
  }
  for (const { door, listen, admin } of doors)
    if (processes.door(door).pid === undefined) await free([listen, admin], `front door ${door}`);
}

async function free(ports: readonly number[], whose: string): Promise<void> {
  for (const port of ports) {
    if (await isFree(port)) continue;
    const why = `Port ${port} of 127.0.0.1, which is of ${whose}, is taken by another program. End that program, or make another fleet with --data.`;
    throw new StrongroomError('wrong-usage', { why });
  }
}
