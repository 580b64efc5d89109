import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { Device } from '@strongroom/client';
import { FileDeviceStore, openCloud } from '@strongroom/client/node';
import type { Terminal } from '../terminal/terminal.ts';
import { type GlobalOptions, terminalOf } from './global-options.ts';

export { type GlobalOptions, terminalOf };

/** What a command works with. */
export interface Context {
  readonly terminal: Terminal;
  readonly device: Device;
  /** The folder of the profile. */
  readonly profile: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Runs a command on the profile it names, and lets other commands in afterwards. */
export async function withDevice(
  options: GlobalOptions,
  signal: AbortSignal,
  run: (context: Context) => Promise<void>,
): Promise<void> {
  const profile = options.profile ?? process.env['STRONGROOM_PROFILE'] ?? join(homedir(), '.strongroom');
  const store = await FileDeviceStore.open(profile);
  try {
    const device = await Device.open({ store, openCloud, deviceName: hostname().slice(0, 100) });
    await run({ terminal: terminalOf(options), device, profile, signal });
  } finally {
    store.close();
  }
}
