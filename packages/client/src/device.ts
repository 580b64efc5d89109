import type { ObjectStore } from '@strongroom/archive';
import {
  fromHex,
  isStrongroomError,
  randomBytes,
  Secret,
  StrongroomError,
  type Random,
} from '@strongroom/core';
import { argon2id, type Stretch } from '@strongroom/opaque';
import type { Directory } from '@strongroom/wire/vault';
import type { BackupKey } from './backup-key.ts';
import type { AccountState, BackupState, DeviceState, DeviceStore } from './device-state.ts';
import { FrontDoorClient, fetchTransport, type MakeTransport } from './front-door-client.ts';
import { patiently, VaultLink, type Pause } from './vaults/vault-link.ts';

/** What a cloud may need of the account that the device is signed in to. */
export interface AccountAccess {
  /** The front door's address. @throws StrongroomError `signed-out` */
  readonly server: () => string;
  /** A session's token. */
  readonly token: (options: { renew: boolean }) => Promise<string>;
}

/** Opens the cloud that a URL names. */
export type OpenCloud = (url: string, account: AccountAccess) => ObjectStore;

/** What the platform brings. */
export interface DevicePorts {
  readonly store: DeviceStore;
  readonly openCloud: OpenCloud;
  /** Shown to the person's other devices. */
  readonly deviceName: string;
  readonly makeTransport?: MakeTransport;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly random?: Random;
  readonly stretch?: Stretch;
  /** Waits before a request to a vault is repeated. */
  readonly pause?: Pause;
}

// A session is renewed when less than this is left of it, milliseconds.
const sessionReserve = 60_000;

/** One device: what it remembers, and its ways to the front door, the vaults and the cloud. */
export class Device {
  readonly ports: Required<DevicePorts>;
  #state: DeviceState;

  private constructor(ports: Required<DevicePorts>, state: DeviceState) {
    this.ports = ports;
    this.#state = state;
  }

  static async open(ports: DevicePorts): Promise<Device> {
    const state = (await ports.store.load()) ?? { version: 1 };
    const defaults = {
      makeTransport: fetchTransport,
      now: Date.now,
      random: randomBytes,
      stretch: argon2id,
      pause: patiently,
    };
    return new Device({ ...defaults, ...ports }, state);
  }

  get state(): DeviceState {
    return this.#state;
  }

  /** Changes what the device remembers; `undefined` forgets. Durable when it returns. */
  async update(change: {
    [Field in 'account' | 'signedOutOf' | 'backup' | 'pending' | 'plain' | 'rotation']?:
      | DeviceState[Field]
      | undefined;
  }): Promise<void> {
    const merged = { ...this.#state, ...change };
    const kept = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
    this.#state = kept as unknown as DeviceState;
    await this.ports.store.save(this.#state);
  }

  /** Changes some of what is remembered of the encrypted backups. */
  async updateBackup(change: Partial<BackupState>): Promise<void> {
    await this.update({ backup: { ...this.requireBackup(), ...change } });
  }

  /** @throws StrongroomError `signed-out` */
  requireAccount(): AccountState {
    if (this.#state.account === undefined) throw new StrongroomError('signed-out', {});
    return this.#state.account;
  }

  /** @throws StrongroomError `not-enabled` */
  requireBackup(): BackupState {
    if (this.#state.backup === undefined) throw new StrongroomError('not-enabled', {});
    return this.#state.backup;
  }

  /** The backup key of this device. @throws StrongroomError `not-enabled` */
  backupKey(): BackupKey {
    return new Secret(fromHex(this.requireBackup().key));
  }

  /** The keys that this backup had before, as far as this device knows. @throws StrongroomError `not-enabled` */
  earlierKeys(): BackupKey[] {
    return (this.requireBackup().earlierKeys ?? []).map((key) => new Secret(fromHex(key)));
  }

  frontDoor(server: string = this.requireAccount().server): FrontDoorClient {
    return new FrontDoorClient(server, this.ports.makeTransport);
  }

  /** A session's token, renewed by the device key when it is about to end or was refused. */
  readonly token = async ({ renew }: { renew: boolean }): Promise<string> => {
    const account = this.requireAccount();
    const { session } = account;
    if (!renew && session && session.expiresAt - sessionReserve > this.ports.now()) return session.token;
    const fresh = await this.frontDoor().renewSession(account);
    // Meanwhile it may have signed out.
    if (this.requireAccount().deviceId !== account.deviceId) throw new StrongroomError('signed-out', {});
    await this.update({ account: { ...this.requireAccount(), session: fresh } });
    return fresh.token;
  };

  /**
   * Calls the front door as this device; once more with a new session when the one it has is refused.
   * @throws StrongroomError `signed-out` when the device was removed
   */
  async asSignedIn<T>(call: (frontDoor: FrontDoorClient, token: string) => Promise<T>): Promise<T> {
    const frontDoor = this.frontDoor();
    try {
      return await call(frontDoor, await this.token({ renew: false }));
    } catch (error) {
      if (!isStrongroomError(error, 'signed-out')) throw error;
      return call(frontDoor, await this.token({ renew: true }));
    }
  }

  /** The cloud that a URL names. */
  cloud(url: string): ObjectStore {
    return this.ports.openCloud(url, { server: () => this.requireAccount().server, token: this.token });
  }

  /** The vaults in use, and a link to each. @throws StrongroomError `directory-changed`, `offline` */
  async vaults(signal?: AbortSignal): Promise<{ directory: Directory; links: VaultLink[] }> {
    const { tenant, accountId, directorySha256 } = this.requireAccount();
    const { directory } = await this.frontDoor().directory(directorySha256, signal);
    const account = { tenant, accountId: fromHex(accountId) };
    const relay = this.#relay();
    const { pause } = this.ports;
    return { directory, links: directory.vaults.map((vault) => new VaultLink(vault, account, relay, pause)) };
  }

  #relay(): ConstructorParameters<typeof VaultLink>[2] {
    return (vaultId, sealedRequest, signal) =>
      this.asSignedIn((frontDoor, token) => frontDoor.relay(token, vaultId, sealedRequest, signal));
  }
}
