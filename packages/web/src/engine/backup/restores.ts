import { bytesOf, RestoreError, type Archive, type EntryFacts, type SnapshotInfo } from '@strongroom/archive';
import type { ThreadedEngine } from '@strongroom/archive/browser';
import {
  openOwnArchive,
  passkeysOf,
  restore,
  unlock,
  waysToUnlock,
  type DeviceState,
  type RestoreFromOptions,
} from '@strongroom/client';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
import type { FoundBackup, Proof } from '../contract.ts';
import { builtinCloud } from '../device/device-ports.ts';
import { toUnlocking } from '../device/proofs.ts';
import { notChosen } from '../settings.ts';
import type { TaskTools } from '../tasks/tasks.ts';
import type { BackupParts } from './backups.ts';
import { chatsEntry } from './arrival.ts';
import { chatsTarget, isWanted } from './chats-target.ts';
import { chunkThreads } from './chunk-threads.ts';
import { OtherFiles } from './other-files.ts';

/** What restores need beyond what backups do. */
export interface RestoreParts extends Omit<BackupParts, 'journal'> {
  /** The engine's folder on OPFS. */
  readonly folder: FileSystemDirectoryHandle;
  /** Hears when chats or media have come. */
  readonly onFile: () => void;
}

export interface RestoreOptions {
  readonly tryUnfinished?: boolean;
  readonly acceptOlder?: boolean;
}

type Phase = Pick<RestoreFromOptions, 'snapshot' | 'mark' | 'acceptOlder'>;

/** Restores a backup: messages first, media behind. */
export class Restores {
  readonly #parts: RestoreParts;
  #others: OtherFiles | undefined;

  constructor(parts: RestoreParts) {
    this.#parts = parts;
  }

  /** The backup in the cloud of this account, and how it can be unlocked; nothing when there is none. */
  async find(): Promise<Omit<FoundBackup, 'vault'> | undefined> {
    const { device } = this.#parts.holder;
    device.requireAccount();
    const where = { cloud: builtinCloud };
    try {
      const ways = [...(await waysToUnlock(device, where))];
      const hints = ways.includes('passkey') ? await passkeysOf(device, where) : [];
      const passkeys = hints.map(({ credentialId, prfInput }) => ({ credentialId, prfInput }));
      return { ways, passkeys };
    } catch (error) {
      if (isStrongroomError(error, 'archive-missing')) return undefined;
      throw error;
    }
  }

  /**
   * Unlocks the backup and brings the messages back; when it returns they can be read, and media follow by themselves.
   * @throws StrongroomError `target-not-empty` when there are chats, `in-use`, `no-chats`, and as `unlock` and `restore`
   */
  async restore(unlocking: Proof, options: RestoreOptions = {}): Promise<void> {
    const { chats, settings, tasks, holder } = this.#parts;
    if (tasks.isBusy) throw new StrongroomError('in-use', { path: tasks.view!.kind });
    if (!chats.isEmpty && !settings.current.restore)
      throw new StrongroomError('target-not-empty', { path: chatsEntry });
    const engine = await chunkThreads();
    const { backup: before } = holder.device.state;
    let opened: Archive | undefined;
    try {
      const { archive, mark } = await this.#unlock(engine, unlocking, options.tryUnfinished ?? false);
      opened = archive;
      const { acceptOlder = false } = options;
      const phase = { acceptOlder, ...(mark && { mark }) };
      const snapshot = await this.#runMessages((tools) => this.#messages(archive, phase, tools));
      this.#follow(engine, archive, snapshot);
    } catch (error) {
      engine.close();
      if (opened && isStrongroomError(error, 'no-chats')) {
        this.#others = new OtherFiles(opened, 'latest', () => engine.close());
        await this.#leaveAlone(before);
      }
      throw error;
    }
  }

  /** What is in the backup that was found to have no chats. @throws StrongroomError `wrong-usage` when there was none */
  get others(): OtherFiles {
    if (!this.#others)
      throw new StrongroomError('wrong-usage', { why: 'No backup without chats was opened.' });
    return this.#others;
  }

  /** Goes on with a restore that was cut off. When it returns the messages can be read. */
  async resume(): Promise<void> {
    const { settings, holder, tasks } = this.#parts;
    const under = settings.current.restore;
    if (!under || tasks.isBusy) return;
    const engine = await chunkThreads();
    const [, id] = under.restore.split('/');
    const snapshot = id ? { snapshot: id } : {};
    try {
      const reach = ({ signal }: TaskTools): Promise<Archive> =>
        openOwnArchive(holder.device, { engine, signal });
      if (under.messagesThere) return this.#follow(engine, reach, snapshot);
      const found = await this.#runMessages(async (tools) =>
        this.#messages(await reach(tools), snapshot, tools),
      );
      this.#follow(engine, reach, found);
    } catch (error) {
      engine.close();
      throw error;
    }
  }

  /** What there is to bring next. */
  get kind(): 'restore-messages' | 'restore-media' {
    return this.#parts.settings.current.restore?.messagesThere ? 'restore-media' : 'restore-messages';
  }

  /** Whether it goes on by itself when the engine is started again. */
  async stop(stopped: boolean): Promise<void> {
    const { restore: under } = this.#parts.settings.current;
    if (under) await this.#parts.settings.update({ restore: { ...under, stopped } });
  }

  /** Lets what is still missing go. */
  async giveUp(): Promise<void> {
    await this.#parts.settings.update({ restore: undefined });
  }

  // A backup of something else is not gone on with: the next one of this device would take the place of what is in it.
  async #leaveAlone(before: DeviceState['backup']): Promise<void> {
    const { holder, tasks } = this.#parts;
    await holder.device.update({ backup: before });
    await this.giveUp();
    tasks.dismiss();
  }

  // While it is unlocked and nothing has come, no backup of nothing must be made.
  async #unlock(engine: ThreadedEngine, unlocking: Proof, tryUnfinished: boolean): ReturnType<typeof unlock> {
    const { holder, settings } = this.#parts;
    const { restore: before } = settings.current;
    const { device } = holder;
    // A key that was shown for turning on is not the one of the backup that is there.
    if (device.state.pending?.enabling && !device.state.pending.contestedUntil)
      await device.update({ pending: undefined });
    // What an import has left stays: whatever is in the backup comes beside it.
    await settings.update({ restore: before ?? notChosen, bringingSince: undefined });
    try {
      return await unlock(device, { cloud: builtinCloud, engine }, toUnlocking(unlocking, tryUnfinished));
    } catch (error) {
      await settings.update({ restore: before });
      throw error;
    }
  }

  #runMessages(work: (tools: TaskTools) => Promise<Phase>): Promise<Phase> {
    return this.#parts.tasks.run('restore-messages', work, () => this.resume());
  }

  async #messages(archive: Archive, phase: Phase, tools: TaskTools): Promise<Phase> {
    const { settings } = this.#parts;
    const { snapshot } = await this.#run(archive, phase, tools, ({ path }) => path === chatsEntry);
    if (!settings.current.restore?.messagesThere) throw noChatsIn(snapshot);
    await this.#remember(snapshot);
    return { snapshot: snapshot.id };
  }

  // Who waits for the messages does not wait for the media.
  #follow(
    engine: ThreadedEngine,
    archive: Archive | ((tools: TaskTools) => Promise<Archive>),
    phase: Phase,
  ): void {
    const work = async (tools: TaskTools): Promise<void> =>
      this.#media(typeof archive === 'function' ? await archive(tools) : archive, phase, tools);
    this.#parts.tasks
      .run('restore-media', work, () => this.resume())
      .catch(() => undefined)
      .finally(() => engine.close());
  }

  async #media(archive: Archive, phase: Phase, tools: TaskTools): Promise<void> {
    try {
      await this.#run(archive, phase, tools, isWantedMedia);
    } catch (error) {
      if (!(error instanceof RestoreError)) throw error;
      // What is intact is there; the rest does not come by waiting.
      for (const { path } of error.result.failures) tools.warn({ code: 'damaged', path });
    }
    await this.giveUp();
  }

  async #run(
    archive: Archive,
    phase: Phase,
    { signal, progress, warn }: TaskTools,
    only: (entry: EntryFacts) => boolean,
  ): ReturnType<typeof restore> {
    const target = await chatsTarget(this.#parts);
    return restore(this.#parts.holder.device, archive, target, { ...phase, only, signal, progress, warn });
  }

  async #remember({ time: at, number, totals }: SnapshotInfo): Promise<void> {
    const { chats, settings } = this.#parts;
    const { messages, media } = chats.store.counts();
    const mark = chats.store.mark();
    const last = { at, number, bytes: bytesOf(totals), messages, media, uploadedBytes: 0, mark };
    await settings.update({ last });
  }
}

function noChatsIn({ totals }: SnapshotInfo): StrongroomError<'no-chats'> {
  const { messages, media, other } = totals;
  const files = messages.files + media.files + other.files;
  return new StrongroomError('no-chats', { files, bytes: bytesOf(totals) });
}

function isWantedMedia(entry: EntryFacts): boolean {
  return isWanted(entry) && entry.path !== chatsEntry;
}
