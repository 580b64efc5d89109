import { listDevices, revokeDevice, signIn, signOut } from '@strongroom/client';
import { StrongroomError } from '@strongroom/core';
import type { AccountView, Engine, SentCode } from '../contract.ts';
import type { SettingsStore } from '../settings.ts';
import type { DeviceHolder } from './device-holder.ts';
import { SignInFlow } from './sign-in-flow.ts';

/** The account of this device, and the devices of the account. */
export class Account {
  readonly #holder: DeviceHolder;
  readonly #settings: SettingsStore;
  readonly #server: string;
  #signingIn:
    | { readonly flow: SignInFlow; readonly stop: AbortController; readonly phone: string }
    | undefined;

  /** @param server the front door's address */
  constructor(holder: DeviceHolder, settings: SettingsStore, server: string) {
    this.#holder = holder;
    this.#settings = settings;
    this.#server = server;
  }

  get view(): AccountView | undefined {
    const account = this.#holder.readable?.state.account;
    if (!account) return undefined;
    const { phone = '' } = this.#settings.current;
    return { phone, deviceId: account.deviceId, deviceName: this.#holder.device.ports.deviceName };
  }

  /** @throws StrongroomError `too-many-requests`, `directory-changed`, `offline` */
  async start(phone: string): Promise<SentCode> {
    this.#signingIn?.stop.abort();
    const device = await this.#holder.deviceOrNew();
    const stop = new AbortController();
    const pinned = device.state.account?.directorySha256;
    let sent: SentCode = { expiresAt: 0, inTerminal: false };
    const onSent = (code: SentCode): void => void (sent = code);
    const flow = new SignInFlow((askCode) =>
      signIn(device, {
        server: this.#server,
        phone,
        askCode,
        onSent,
        signal: stop.signal,
        ...(pinned !== undefined && { directorySha256: pinned }),
      }),
    );
    this.#signingIn = { flow, stop, phone };
    await flow.asked();
    return sent;
  }

  /** @throws StrongroomError `wrong-code`, `too-many-requests`, `too-many-devices`, `offline`, `wrong-usage` */
  async finish(code: string): Promise<void> {
    if (!this.#signingIn) throw new StrongroomError('wrong-usage', { why: 'Ask for a code first.' });
    const { flow, phone } = this.#signingIn;
    // A wrong code may be followed by the right one.
    await flow.answer(code);
    this.#signingIn = undefined;
    await this.#settings.update({ phone });
  }

  async signOut(): Promise<void> {
    await signOut(this.#holder.device);
    // Each account numbers its own.
    await this.#settings.update({ phone: undefined, seenEvents: undefined });
  }

  async devices(): ReturnType<Engine['devices']> {
    const devices = await listDevices(this.#holder.device);
    return devices.map(({ id, name, signedInAt, lastSeenDay, isThis }) => ({
      id,
      name,
      isThis,
      addedAt: signedInAt,
      ...(lastSeenDay !== null && { lastSeenAt: lastSeenDay }),
    }));
  }

  async revokeDevice(id: string): Promise<void> {
    if (!/^[0-9a-f]{32}$/.test(id)) throw new StrongroomError('malformed', { what: 'the id of a device' });
    await revokeDevice(this.#holder.device, id);
  }
}
