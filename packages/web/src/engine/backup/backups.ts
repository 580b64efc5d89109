import { bytesOf, type VerifyProblem } from '@strongroom/archive';
import { openIndexedDbJournal } from '@strongroom/archive/browser';
import {
  backup,
  openOwnArchive,
  prune,
  verify,
  type BackupResult,
  type PruneBackupOptions,
} from '@strongroom/client';
import type { Mark } from '@strongroom/chats';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
import type { DeviceHolder } from '../device/device-holder.ts';
import type { ChatsFile } from '../files/chats-file.ts';
import type { MediaFolder } from '../files/media-folder.ts';
import { toProblem } from '../problem.ts';
import type { SettingsStore } from '../settings.ts';
import type { Tasks, TaskTools } from '../tasks/tasks.ts';
import { chatsSource } from './chats-source.ts';
import { chunkThreads } from './chunk-threads.ts';

/** What backups are made of, and with. */
export interface BackupParts {
  readonly holder: DeviceHolder;
  readonly chats: ChatsFile;
  readonly media: MediaFolder;
  readonly settings: SettingsStore;
  readonly tasks: Tasks;
  /** The name of the journal's database. */
  readonly journal: string;
  readonly now: () => number;
}

/** What was in the chats when they were read. */
interface Reading {
  readonly mark: Mark;
  readonly messages: number;
  readonly media: number;
  readonly videosLeftOut?: number;
}

// Milliseconds from one time that old backups are let go to the next.
const pruneEvery = 7 * 86_400_000;

/** Makes backups and checks them. */
export class Backups {
  readonly #parts: BackupParts;
  /** The engine ends, and what is under way goes on when it starts again. */
  #leaving = false;

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  /** What is stopped from now on counts as cut off, not as stopped by the person. */
  leave(): void {
    this.#leaving = true;
  }

  /**
   * @param takeOver although another device has taken over this backup
   * @throws StrongroomError `in-use` while something else is under way or a restore is not finished, and as `backup`
   */
  async backUp(takeOver = false): Promise<void> {
    const { holder, settings, tasks } = this.#parts;
    holder.device.requireBackup();
    // Media that a restore has still to bring would be missing in it.
    if (settings.current.restore) throw new StrongroomError('in-use', { path: 'restore' });
    await tasks.run(
      'backup',
      (tools) => this.#remembering(() => this.#backUp(tools, takeOver)),
      () => this.backUp(takeOver),
    );
  }

  /** Checks the backups: whether all is there, or every byte. */
  async check(depth: 'quick' | 'full'): Promise<void> {
    this.#parts.holder.device.requireBackup();
    await this.#parts.tasks.run(
      'check',
      (tools) => this.#check(depth, tools),
      () => this.check(depth),
    );
  }

  async #remembering(work: () => Promise<void>): Promise<void> {
    const { settings, now } = this.#parts;
    await settings.update({ interrupted: 'backup' });
    try {
      await work();
      await settings.update({ interrupted: undefined, failure: undefined });
    } catch (error) {
      if (this.#leaving) throw error;
      if (isStrongroomError(error, 'cancelled')) await settings.update({ interrupted: undefined });
      else {
        const times = (settings.current.failure?.times ?? 0) + 1;
        await settings.update({
          interrupted: undefined,
          failure: { problem: toProblem(error), times, at: now() },
        });
      }
      throw error;
    }
  }

  async #backUp({ signal, progress, warn }: TaskTools, takeOver: boolean): Promise<void> {
    const { holder, journal: name, settings } = this.#parts;
    const { archiveId } = holder.device.requireBackup();
    let reading: Reading | undefined;
    const source = this.#source(() => (reading = this.#read()));
    const journal = await openIndexedDbJournal(name, archiveId, warn);
    const engine = await chunkThreads();
    try {
      const options = { engine, journal, signal, progress, warn };
      const result = await backup(holder.device, source, { ...options, ...(takeOver && { takeOver }) });
      await settings.update({ last: { ...lastOf(result), ...reading! } });
      await this.#letGo(options);
    } finally {
      engine.close();
      await journal.close();
    }
  }

  // Else the cloud would fill with what nobody goes back to. It is not worth failing a backup that is made.
  async #letGo(options: PruneBackupOptions): Promise<void> {
    const { holder, settings, now } = this.#parts;
    const { prunedAt } = settings.current;
    if (prunedAt !== undefined && now() - prunedAt < pruneEvery) return;
    try {
      if (prunedAt !== undefined) await prune(holder.device, options);
    } catch (error) {
      if (!isStrongroomError(error) || error.code === 'cancelled') throw error;
    }
    await settings.update({ prunedAt: now() });
  }

  #source(onRead: () => void): ReturnType<typeof chatsSource> {
    const { chats, media, settings } = this.#parts;
    const { includeVideos, generation } = settings.current;
    return chatsSource({ chats, media, includeVideos, generation, onRead });
  }

  #read(): Reading {
    const { store } = this.#parts.chats;
    const { messages, media, mediaMissing } = store.counts();
    const videosLeftOut = this.#parts.settings.current.includeVideos ? 0 : this.#parts.media.videos;
    return {
      mark: store.mark(),
      messages,
      media: media - mediaMissing - videosLeftOut,
      ...(videosLeftOut > 0 && { videosLeftOut }),
    };
  }

  async #check(depth: 'quick' | 'full', { signal, progress, warn }: TaskTools): Promise<void> {
    const { holder, settings, now } = this.#parts;
    const engine = await chunkThreads();
    try {
      const archive = await openOwnArchive(holder.device, { engine, signal });
      const { problems } = await verify(holder.device, archive, { depth, signal, progress });
      for (const problem of problems) warn(warningOf(problem));
      const lastCheck = { at: now(), ok: problems.length === 0, problems: problems.length };
      await settings.update({ lastCheck });
    } finally {
      engine.close();
    }
  }
}

function lastOf({ snapshot }: BackupResult): {
  at: number;
  number: number;
  bytes: number;
  uploadedBytes: number;
} {
  const { time, number, totals, uploadedBytes } = snapshot;
  return { at: time, number, bytes: bytesOf(totals), uploadedBytes };
}

function warningOf({ error, path = '' }: VerifyProblem): { code: 'damaged'; path: string } {
  const { object } = error.details as { object?: unknown };
  return { code: 'damaged', path: path || (typeof object === 'string' ? object : error.code) };
}
