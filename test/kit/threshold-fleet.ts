import { createRouterTransport, type Transport } from '@connectrpc/connect';
import { MemoryStore } from '@strongroom/archive/testing';
import { Device, enable, type DeviceState, type DeviceStore } from '@strongroom/client';
import { isStrongroomError, randomBytes, Secret, StrongroomError, toHex, type Bytes } from '@strongroom/core';
import { openDirectory, signDirectory, signingKeyFromSeed, toRpcError } from '@strongroom/protocol';
import { cheapStretch, TestDevice, TestVaults, type TestClock } from '@strongroom/vault/testing';
import { FrontDoorService } from '@strongroom/wire/front-door';
import type { Described, Directory, Policy, SignedDirectory } from '@strongroom/wire/vault';
import { VaultMouth } from './vault-mouth.ts';

/** What a fleet is made of. */
export interface ThresholdFleetOptions {
  readonly threshold: number;
  readonly vaults: number;
  readonly policy?: Policy;
  /** Indexes of vaults whose operator can make them lie. */
  readonly mouths?: readonly number[];
}

/** Carries one sealed request to the vault with an index, and its answer back. */
export type Carry = (
  index: number,
  sealedRequest: Bytes,
  serve: (sealedRequest: Bytes) => Promise<Bytes>,
) => Promise<Bytes>;

/** n real vaults, a front door that relays as it is told to, and the devices of one account. */
export class ThresholdFleet {
  readonly directory: Directory;
  readonly accountId: Bytes = randomBytes(16);
  /** Indexes of vaults that no request reaches. */
  readonly unreachable: Set<number> = new Set();
  /** How the front door carries; a test may put another in its place. */
  carry: Carry = (_, sealedRequest, serve) => serve(sealedRequest);
  readonly cloud: MemoryStore = new MemoryStore();
  readonly #vaults: TestVaults;
  readonly #mouths: ReadonlyMap<number, VaultMouth>;
  readonly #signed: SignedDirectory;
  readonly #sha256: string;

  private constructor(
    vaults: TestVaults,
    mouths: ReadonlyMap<number, VaultMouth>,
    directory: Directory,
    signed: SignedDirectory,
    sha256: string,
  ) {
    this.directory = directory;
    this.#vaults = vaults;
    this.#mouths = mouths;
    this.#signed = signed;
    this.#sha256 = sha256;
  }

  static async open({ mouths: lying = [], ...options }: ThresholdFleetOptions): Promise<ThresholdFleet> {
    const vaults = await TestVaults.open(options);
    const made = lying.map(async (index) => [index, await VaultMouth.open(vaults, index)] as const);
    const mouths = new Map(await Promise.all(made));
    const listed = vaults.directory.vaults.map((vault) => mouths.get(vault.index)?.listed ?? vault);
    const directory = { ...vaults.directory, vaults: listed };
    const signed = await signDirectory(directory, [await signingKeyFromSeed(randomBytes(32))]);
    const { sha256 } = await openDirectory(signed, null);
    return new ThresholdFleet(vaults, mouths, directory, signed, sha256);
  }

  get clock(): TestClock {
    return this.#vaults.clock;
  }

  get indexes(): number[] {
    return this.directory.vaults.map(({ index }) => index);
  }

  /** The mouth of a vault that can lie. */
  mouth(index: number): VaultMouth {
    return this.#mouths.get(index)!;
  }

  /** A device of the account, signed in. */
  device(state: Partial<DeviceState> = {}): Promise<Device> {
    const account = {
      server: 'http://front-door.example',
      tenant: this.#vaults.tenant,
      accountId: toHex(this.accountId),
      deviceId: toHex(randomBytes(16)),
      deviceKeySeed: toHex(randomBytes(32)),
      directorySha256: this.#sha256,
      directoryPinnedBy: 'person',
      session: { token: 'a-token', expiresAt: Number.MAX_SAFE_INTEGER },
    } as const;
    return Device.open({
      store: new MemoryDeviceStore({ version: 1, account, ...state }),
      openCloud: () => this.cloud,
      deviceName: 'a phone',
      makeTransport: () => this.#transport(),
      now: this.clock.now,
      stretch: cheapStretch,
      pause: async () => {},
    });
  }

  /** A device that turned encrypted backups on with a password. */
  async turnOn(password: string): Promise<Device> {
    const device = await this.device();
    await enable(device, { cloud: 'memory:', password: typedTwice(password) });
    return device;
  }

  /** A device that holds a backup key of 32 bytes, and has no archive yet. */
  holding(key: Bytes): Promise<Device> {
    const backup = {
      archiveId: toHex(randomBytes(16)),
      cloud: 'memory:',
      key: toHex(key),
      password: true,
      key64: 'not-chosen',
      writerId: toHex(randomBytes(16)),
      writerEpoch: 0,
    } as const;
    return this.device({ backup });
  }

  /** Another device that knows which key is the right one, and of nothing unfinished. */
  another({ state: { backup } }: Device): Promise<Device> {
    return this.device({ ...(backup && { backup }) });
  }

  /** Raw requests of the account, one at a time. */
  requests(): TestDevice {
    const { directory, accountId } = this;
    const relay = () => (vaultId: Uint8Array, sealed: Uint8Array) => this.#relay(vaultId, sealed);
    return new TestDevice({ directory, accountId, relay, tenant: this.#vaults.tenant });
  }

  /** How every vault that can be reached describes the account, by index. */
  async describe(): Promise<Map<number, Described>> {
    const requests = this.requests();
    const up = this.indexes.filter((index) => !this.unreachable.has(index));
    return new Map(
      await Promise.all(up.map(async (index) => [index, await requests.describe(index)] as const)),
    );
  }

  /** Guesses left at each vault that can be reached, in the order of indexes. */
  async guessesLeft(): Promise<number[]> {
    return [...(await this.describe()).values()].map(({ guessesLeft }) => guessesLeft);
  }

  #transport(): Transport {
    return createRouterTransport(({ service }) => {
      service(FrontDoorService, {
        getDirectory: () => ({ directory: this.#signed }),
        relay: async ({ vaultId, sealedRequest }) => {
          try {
            return { sealedAnswer: await this.#relay(vaultId, sealedRequest) };
          } catch (error) {
            throw toRpcError(error);
          }
        },
      });
    });
  }

  #relay(vaultId: Uint8Array, sealedRequest: Uint8Array): Promise<Bytes> {
    const { index } = this.directory.vaults.find((vault) => toHex(vault.vaultId) === toHex(vaultId))!;
    return this.carry(index, new Uint8Array(sealedRequest), async (sealed) => {
      if (this.unreachable.has(index)) throw new StrongroomError('unavailable', { answered: 0, needed: 1 });
      const { accountId } = this;
      const mouth = this.#mouths.get(index);
      return mouth ? mouth.answer(accountId, sealed) : this.#vaults.relay(accountId)(vaultId, sealed);
    });
  }
}

/** A password as a person chooses it. */
export function typedTwice(password: string): { password: Secret<string>; again: Secret<string> } {
  return { password: new Secret(password), again: new Secret(password) };
}

/** The code of the error that an attempt ends with, or `ok`. Other errors than ours are thrown. */
export async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'ok';
  } catch (error) {
    if (isStrongroomError(error)) return error.code;
    throw error;
  }
}

/** Every choice of `size` of the items. */
export function choices<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => choices(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}

class MemoryDeviceStore implements DeviceStore {
  #state: DeviceState;

  constructor(state: DeviceState) {
    this.#state = state;
  }

  async load(): Promise<DeviceState> {
    return this.#state;
  }

  async save(state: DeviceState): Promise<void> {
    this.#state = state;
  }
}
