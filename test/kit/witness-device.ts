import { join } from 'node:path';
import { Device } from '@strongroom/client';
import { FileDeviceStore, openCloud } from '@strongroom/client/node';
import { copyBytes, randomBytes, type Bytes } from '@strongroom/core';
import { cheapStretch } from '@strongroom/vault/testing';

/** What passed through the ports of devices that were watched from inside. */
export class Inside {
  /** What their generators gave, in order. */
  readonly drawn: Bytes[] = [];
  /** OPRF outputs (64 bytes) and what stretching made of them. */
  readonly stretched: { readonly oprfOutput: Bytes; readonly stretched: Bytes }[] = [];

  /** Runs something on a device whose profile is in a folder. */
  async on<T>(root: string, name: string, run: (device: Device) => Promise<T>): Promise<T> {
    const store = await FileDeviceStore.open(join(root, name));
    try {
      return await run(
        await Device.open({
          store,
          openCloud,
          deviceName: name,
          random: (length) => this.#draw(length),
          stretch: (input, parameters) => {
            const stretched = copyBytes(cheapStretch(input, parameters));
            this.stretched.push({ oprfOutput: copyBytes(input), stretched });
            return copyBytes(stretched);
          },
        }),
      );
    } finally {
      store.close();
    }
  }

  #draw(length: number): Bytes {
    const drawn = randomBytes(length);
    this.drawn.push(copyBytes(drawn));
    return drawn;
  }
}
