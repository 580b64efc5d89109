import { AsyncLocalStorage } from 'node:async_hooks';
import { listSnapshots, type Archive } from '@strongroom/archive';
import { MemorySource, MemoryTarget } from '@strongroom/archive/testing';
import {
  backup,
  enable,
  restore,
  rotateKey,
  unlock,
  type BackupKey,
  type BackupResult,
  type Device,
  type DeviceState,
  type RotateKeyResult,
  type Unlocking,
} from '@strongroom/client';
import { fromUtf8, isStrongroomError, Secret } from '@strongroom/core';
import { ThresholdFleet, typedTwice } from './threshold-fleet.ts';

/** What a power cut is noticed by: everything that a device does outside of itself fails from then on. */
export class PowerCut extends Error {}

/** The moment of a power cut: after so many effects. */
export type Cut = number;

/** What a new phone got at, and whether it had to be told a snapshot. */
export interface Opened {
  readonly content: string;
  readonly fallback: boolean;
}

/** How a device's backup is opened. */
export interface Ways {
  readonly password: boolean;
  readonly key: boolean;
}

export const password = 'mint garage 41';

// Asks a vault without being counted.
const looking = new AsyncLocalStorage<true>();

/** A fleet, a phone that backs up, and power cuts between any two of the phone's effects on the world. */
export class RotationWorld {
  readonly fleet: ThresholdFleet;
  /** The digits that the person was shown, the newest last. */
  readonly shown: BackupKey[] = [];
  #phone: Device;
  #cut: Cut | undefined;
  #cutAtSlots: readonly [before: number, after: number] | undefined;
  #carried: Promise<unknown> = Promise.resolve();
  #effects = 0;
  #dead = false;

  private constructor(fleet: ThresholdFleet, phone: Device) {
    this.fleet = fleet;
    this.#phone = phone;
  }

  /** A phone that has turned backups on and made one. */
  static async open(ways: Ways, { threshold, vaults } = { threshold: 1, vaults: 1 }): Promise<RotationWorld> {
    const fleet = await ThresholdFleet.open({ threshold, vaults });
    const world = new RotationWorld(fleet, await fleet.device());
    await enable(world.phone, {
      cloud: 'memory:',
      ...(ways.password && { password: typedTwice(password) }),
      ...(ways.key && { keepKey: world.keep }),
    });
    await world.backup('before');
    world.#watch();
    return world;
  }

  get phone(): Device {
    return this.#phone;
  }

  /** Writes the shown digits down. */
  readonly keep = async (key: BackupKey): Promise<boolean> => {
    this.shown.push(new Secret(key.reveal().slice()));
    return true;
  };

  backup(content: string): Promise<BackupResult> {
    return backup(this.phone, new MemorySource({ content }), {});
  }

  rotate(): Promise<RotateKeyResult> {
    return rotateKey(this.phone, {
      askPassword: async () => new Secret(password),
      keepKey: this.keep,
    });
  }

  /** From now on effects are counted, and the power is cut at a moment. */
  cutPower(cut?: Cut): void {
    this.#cut = cut;
    this.#cutAtSlots = undefined;
    this.#effects = 0;
  }

  /** The power is cut right after the first request by which a vault's registrations become so many. */
  cutPowerAtSlots(before: number, after: number): void {
    this.cutPower();
    this.#cutAtSlots = [before, after];
  }

  /** How many registrations each vault holds, in the order of indexes. */
  slots(): Promise<number[]> {
    return looking.run(true, async () =>
      [...(await this.fleet.describe()).values()].map(({ slots }) => slots.length),
    );
  }

  /** Effects that were counted: what is stored in the cloud or on the device, and every request to a vault. */
  get effects(): number {
    return this.#effects;
  }

  /** The power is back: the phone starts with what it has saved. */
  async restart(): Promise<void> {
    this.cutPower();
    this.#dead = false;
    this.#phone = await this.fleet.device(await this.phone.ports.store.load());
    this.#watchDevice();
  }

  /** Another phone of the same person. */
  fresh(state: Partial<DeviceState> = {}): Promise<Device> {
    return this.fleet.device(state);
  }

  /**
   * What the newest backup holds that a new phone gets at: by the newest snapshot, or, when it is told that this is
   * under another key, by the one that is named to it.
   */
  async opened(unlocking: Unlocking): Promise<Opened> {
    const device = await this.fresh();
    const { archive, mark } = await unlock(device, { cloud: 'memory:' }, unlocking);
    try {
      return { content: await contentOf(device, archive, mark && { mark }), fallback: false };
    } catch (error) {
      if (!isStrongroomError(error, 'other-key')) throw error;
      const [last] = await listSnapshots(archive, { onProblem: () => undefined });
      return { content: await contentOf(device, archive, { snapshot: last!.id }), fallback: true };
    }
  }

  /** The same with the password. */
  byPassword(): Promise<Opened> {
    return this.opened({ way: 'password', password: new Secret(password) });
  }

  /** The same with digits. */
  byKey(key: BackupKey): Promise<Opened> {
    return this.opened({ way: 'key', key });
  }

  #watch(): void {
    const { cloud } = this.fleet;
    const put = cloud.put.bind(cloud);
    const get = cloud.get.bind(cloud);
    const list = cloud.list.bind(cloud);
    cloud.put = (...args) => this.#effect(() => put(...args));
    cloud.get = (...args) => this.#alive(() => get(...args));
    cloud.list = (...args) => {
      if (this.#dead) throw new PowerCut('there is no power');
      return list(...args);
    };
    this.fleet.carry = (index, sealed, serve) => {
      if (looking.getStore() === true) return serve(sealed);
      // One at a time, so that a power cut comes between the same two every time.
      const answer = this.#carried.then(() => this.#effect(() => this.#serve(index, () => serve(sealed))));
      this.#carried = answer.catch(() => undefined);
      return answer;
    };
    this.#watchDevice();
  }

  #watchDevice(): void {
    const { store } = this.phone.ports;
    const save = store.save.bind(store);
    store.save = (state) => this.#effect(() => save(state));
  }

  async #serve<T>(index: number, serve: () => Promise<T>): Promise<T> {
    if (this.#cutAtSlots === undefined) return serve();
    const [before, after] = this.#cutAtSlots;
    const isBefore = (await this.slots())[index - 1] === before;
    const answer = await serve();
    this.#dead = isBefore && (await this.slots())[index - 1] === after;
    return this.#alive(async () => answer);
  }

  /** Between two effects it makes no difference when the power is cut. */
  async #effect<T>(act: () => Promise<T>): Promise<T> {
    if (this.#effects === this.#cut) this.#dead = true;
    this.#effects++;
    return this.#alive(act);
  }

  async #alive<T>(act: () => Promise<T>): Promise<T> {
    if (this.#dead) throw new PowerCut('there is no power');
    return act();
  }
}

async function contentOf(
  device: Device,
  archive: Archive,
  options: Parameters<typeof restore>[3] | undefined,
): Promise<string> {
  const target = new MemoryTarget();
  await restore(device, archive, target, options ?? {});
  return fromUtf8(target.entries.get('content')!.content);
}
