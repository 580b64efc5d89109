import { cp, link, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderSource, folderTarget, nodeEngine, openJournal } from '@strongroom/archive/node';
import {
  backup,
  Device,
  enable,
  openOwnArchive,
  prune,
  restore,
  rotateKey,
  unlock,
  verify,
  type BackupKey,
} from '@strongroom/client';
import { FileDeviceStore, openCloud } from '@strongroom/client/node';
import { listSnapshots, type Journal, type VerifyProblem } from '@strongroom/archive';
import { isStrongroomError } from '@strongroom/core';
import { fingerprint } from '../../demo/compare.ts';

// One for all: its threads take a while to start.
const engine = nodeEngine();

/** What is in a folder, by path. */
export type Print = ReadonlyMap<string, string>;

/** A snapshot as it came back. */
export interface Back {
  readonly print: Print;
  /** Whether it is not the newest, but the newest that the key opens. */
  readonly isFallback: boolean;
}

/** A device with its profile, and its cloud in a folder. What commands do is done to it in this process, too. */
export class KillWorld {
  readonly root: string;
  #extras = 0;

  private constructor(root: string) {
    this.root = root;
  }

  /** A device that has turned backups on, with a 64-digit key. */
  static async make(): Promise<KillWorld> {
    const world = new KillWorld(await mkdtemp(join(tmpdir(), 'strongroom-kill-')));
    const cloud = `folder:${world.path('cloud')}`;
    await world.#withDevice((device) => enable(device, { cloud, keepKey: async () => true }));
    return world;
  }

  /** The same world once more. Objects in the cloud never change, and are shared. */
  async copy(): Promise<KillWorld> {
    const copy = new KillWorld(await mkdtemp(join(tmpdir(), 'strongroom-kill-')));
    await cp(this.profile, copy.profile, { recursive: true });
    await linkFolder(this.path('cloud'), copy.path('cloud'));
    const file = join(copy.profile, 'device.json');
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(this.root, copy.root));
    return copy;
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  get profile(): string {
    return this.path('profile');
  }

  /** The key that the device has. */
  key(): Promise<BackupKey> {
    return this.#withDevice(async (device) => device.backupKey());
  }

  /** `backup`. @returns bytes that were sent */
  backup(folder: string): Promise<number> {
    return this.#withDevice((device) =>
      this.#withJournal(device, async (journal) => {
        const { snapshot } = await backup(device, await folderSource([folder]), { engine, journal });
        return snapshot.uploadedBytes;
      }),
    );
  }

  /** `prune --keep-last COUNT --now`. @returns how many packs were written anew for what is needed of them */
  prune(count: number): Promise<number> {
    const policy = { last: count, daily: 0, weekly: 0, monthly: 0 };
    return this.#withDevice((device) =>
      this.#withJournal(device, async (journal) => {
        const { repackedPacks } = await prune(device, { engine, journal, policy, deleteNow: true });
        return repackedPacks;
      }),
    );
  }

  /** `key rotate`. */
  async rotate(): Promise<void> {
    await this.#withDevice((device) => rotateKey(device, { engine, keepKey: async () => true }));
  }

  /** `verify --full`. */
  verify(): Promise<readonly VerifyProblem[]> {
    return this.#withDevice(async (device) => {
      const archive = await openOwnArchive(device, { engine });
      return (await verify(device, archive, { depth: 'full' })).problems;
    });
  }

  /** `snapshots`, the newest first. */
  snapshots(): Promise<string[]> {
    return this.#withDevice(async (device) => {
      const snapshots = await listSnapshots(await openOwnArchive(device, { engine }));
      return snapshots.map(({ id }) => id);
    });
  }

  /** `restore` on this device into a folder that may be there already. */
  async restoreInto(target: string, snapshot = 'latest'): Promise<void> {
    await this.#withDevice(async (device) => {
      await restore(device, await openOwnArchive(device, { engine }), folderTarget(target), { snapshot });
    });
  }

  /** What this device restores. */
  async back(snapshot = 'latest'): Promise<Print> {
    return this.#inFolder(async (target) => {
      await this.restoreInto(target, snapshot);
      return fingerprint(target);
    });
  }

  /** What a new device restores with a 64-digit key. */
  backWith(key: BackupKey): Promise<Back> {
    const profile = this.path(`profile ${this.#extras++}`);
    const cloud = `folder:${this.path('cloud')}`;
    return withDevice(profile, async (device) => {
      const { archive } = await unlock(device, { cloud, engine }, { way: 'key', key });
      const print = (snapshot: string): Promise<Print> =>
        this.#inFolder(async (target) => {
          await restore(device, archive, folderTarget(target), { snapshot });
          return fingerprint(target);
        });
      try {
        return { print: await print('latest'), isFallback: false };
      } catch (error) {
        if (!isStrongroomError(error, 'other-key')) throw error;
        const [last] = await listSnapshots(archive, { onProblem: () => undefined });
        return { print: await print(last!.id), isFallback: true };
      }
    });
  }

  /** The sizes of the packs in the cloud that arrived whole, by name. */
  async packs(): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>();
    const found = await readdir(this.path('cloud'), { recursive: true, withFileTypes: true });
    for (const { name, parentPath } of found) {
      const isPack = parentPath.endsWith('/packs') && /^[0-9a-f]{32}$/.test(name);
      if (isPack) sizes.set(name, (await stat(join(parentPath, name))).size);
    }
    return sizes;
  }

  /** Removes everything. */
  async end(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  async #inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
    const folder = this.path(`restored ${this.#extras++}`);
    try {
      return await run(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  #withDevice<T>(run: (device: Device) => Promise<T>): Promise<T> {
    return withDevice(this.profile, run);
  }

  async #withJournal<T>(device: Device, run: (journal: Journal) => Promise<T>): Promise<T> {
    const journal = openJournal(join(this.profile, 'journal.db'), device.requireBackup().archiveId);
    try {
      return await run(journal);
    } finally {
      await journal.close();
    }
  }
}

async function withDevice<T>(profile: string, run: (device: Device) => Promise<T>): Promise<T> {
  const store = await FileDeviceStore.open(profile);
  try {
    return await run(await Device.open({ store, openCloud, deviceName: 'test' }));
  } finally {
    store.close();
  }
}

async function linkFolder(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const copy = entry.isDirectory() ? linkFolder : link;
    await copy(join(from, entry.name), join(to, entry.name));
  }
}
