import { randomBytes, utf8, type Bytes } from '@strongroom/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { withEpoch } from '../hsm/epoch.ts';
import { Sealer } from '../hsm/sealer.ts';
import { MemoryStore } from '../records/memory-store.ts';
import { EpochFence } from './epoch-fence.ts';
import { ToyHsm } from './toy-hsm.fixture.ts';

const id = randomBytes(32);
const under = (epoch: number) => withEpoch(epoch, utf8('sealed'));

/** A store whose writes are done when a test says so. */
class SlowStore extends MemoryStore {
  readonly waiting: (() => void)[] = [];

  override async replace(
    key: Bytes,
    value: Bytes,
    revision: number | undefined,
  ): Promise<'committed' | 'conflict'> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    return super.replace(key, value, revision);
  }
}

let sealer: Sealer;
let refresh: () => Promise<void>;
let store: SlowStore;
let fence: EpochFence;
beforeEach(() => {
  sealer = new Sealer(new ToyHsm(), 1);
  refresh = async () => undefined;
  store = new SlowStore();
  fence = new EpochFence({ store, sealer, refresh: () => refresh() });
});

describe('the fence', () => {
  it('lets through what is sealed under the epoch in use, and nothing else', async () => {
    for (const epoch of [2, 3]) expect(await fence.replace(id, under(epoch), undefined)).toBe('conflict');
    expect(store.waiting).toEqual([]);
    const write = fence.replace(id, under(1), undefined);
    await expect.poll(() => store.waiting.length).toBe(1);
    store.waiting[0]!();
    expect(await write).toBe('committed');
  });

  it('looks first which epoch is in use', async () => {
    refresh = async () => sealer.use(2);
    expect(await fence.replace(id, under(1), undefined)).toBe('conflict');
    refresh = async () => {
      throw new Error('no store');
    };
    await expect(fence.replace(id, under(2), undefined)).rejects.toThrow('no store');
    expect(await fence.read(id)).toBeUndefined();
  });

  it('says that an older epoch is left only when every write under it is over, however it ends', async () => {
    expect(fence.sealsUnder).toBe(1);
    const writes = [fence.replace(id, under(1), undefined), fence.replace(id, under(1), undefined)];
    await expect.poll(() => store.waiting.length).toBe(2);
    sealer.use(2);
    expect(fence.sealsUnder).toBe(1);
    store.waiting[0]!();
    await writes[0];
    expect(fence.sealsUnder).toBe(1);
    store.waiting[1]!();
    expect(await writes[1]).toBe('conflict');
    expect(fence.sealsUnder).toBe(2);
    store.replace = async () => {
      throw new Error('away');
    };
    await expect(fence.replace(id, under(2), undefined)).rejects.toThrow('away');
    sealer.use(3);
    expect(fence.sealsUnder).toBe(3);
  });
});
