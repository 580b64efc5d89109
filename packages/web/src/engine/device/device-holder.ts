import { Device, type DevicePorts } from '@strongroom/client';
import { isStrongroomError, type StrongroomError } from '@strongroom/core';
import type { SealedDeviceStore } from './sealed-device-store.ts';

type Ports = Omit<DevicePorts, 'store'>;

/** This device; or why its state cannot be opened, while the chats still can. */
export class DeviceHolder {
  readonly #store: SealedDeviceStore;
  readonly #ports: Ports;
  readonly #changed: () => void;
  #device: Device | undefined;
  #damage: StrongroomError | undefined;

  private constructor(store: SealedDeviceStore, ports: Ports, changed: () => void) {
    this.#store = store;
    this.#ports = ports;
    this.#changed = changed;
  }

  /** @param changed hears whenever the device remembers something else */
  static async open(store: SealedDeviceStore, ports: Ports, changed: () => void): Promise<DeviceHolder> {
    const holder = new DeviceHolder(store, ports, changed);
    try {
      await holder.#open();
    } catch (error) {
      if (!isStrongroomError(error, 'profile-damaged', 'newer-version')) throw error;
      holder.#damage = error;
    }
    return holder;
  }

  get damage(): StrongroomError | undefined {
    return this.#damage;
  }

  /** The device, unless its state is damaged. */
  get readable(): Device | undefined {
    return this.#device;
  }

  /** @throws StrongroomError `profile-damaged`, `newer-version` */
  get device(): Device {
    if (!this.#device) throw this.#damage!;
    return this.#device;
  }

  /** The device; where its state is damaged, a new one, and that state is put aside. */
  async deviceOrNew(): Promise<Device> {
    if (isStrongroomError(this.#damage, 'profile-damaged')) {
      await this.#store.putAside();
      await this.#open();
      this.#damage = undefined;
    }
    return this.device;
  }

  async #open(): Promise<void> {
    const store = {
      load: () => this.#store.load(),
      save: async (state: Device['state']) => {
        await this.#store.save(state);
        this.#changed();
      },
    };
    this.#device = await Device.open({ ...this.#ports, store });
  }
}
