import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { Device, type DeviceStore } from '@strongroom/client';
import { FileDeviceStore, openCloud } from '@strongroom/client/node';
import type { Terminal } from '../terminal/terminal.ts';
import { trustAuthorityOf } from './authority.ts';
import { type GlobalOptions, terminalOf } from './global-options.ts';

export { type GlobalOptions, terminalOf };

const deviceName = hostname().slice(0, 100);

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
  const profile = profileOf(options);
  const store = await FileDeviceStore.open(profile);
  try {
    trustAuthorityOf(profile);
    const device = await Device.open({ store, openCloud, deviceName });
    await run({ terminal: terminalOf(options), device, profile, signal });
  } finally {
    store.close();
  }
}

/**
 * Runs a command that goes on for long and changes nothing of the profile: others are let in meanwhile. What the device
 * comes to remember, such as a new session, is forgotten at the end.
 */
export async function withUnlockedDevice(
  options: GlobalOptions,
  signal: AbortSignal,
  run: (context: Context) => Promise<void>,
): Promise<void> {
  const profile = profileOf(options);
  const file = await FileDeviceStore.open(profile);
  const state = await file.load().finally(() => file.close());
  trustAuthorityOf(profile);
  const store: DeviceStore = { load: async () => state, save: async () => {} };
  const device = await Device.open({ store, openCloud, deviceName });
  await run({ terminal: terminalOf(options), device, profile, signal });
}

function profileOf(options: GlobalOptions): string {
  return options.profile ?? process.env['STRONGROOM_PROFILE'] ?? join(homedir(), '.strongroom');
}
