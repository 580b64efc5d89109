import type { Mark } from '@strongroom/chats';
import type { Problem, Schedule, TaskView } from './contract.ts';
import type { Records } from './records.ts';

/** What is remembered apart from chats and keys. Holds no secret. Times are milliseconds since 1970. */
export interface Settings {
  /** Tells the databases that stood here one after the other apart; grows. */
  readonly generation: number;
  readonly schedule: Schedule;
  readonly includeVideos: boolean;
  readonly phone?: string;
  /** What one is called in the export that was read in last. */
  readonly name?: string;
  readonly last?: LastBackup;
  readonly lastCheck?: { readonly at: number; readonly ok: boolean; readonly problems: number };
  /** When old backups were let go last, or the first one was made. */
  readonly prunedAt?: number;
  /** Why the last backup failed, how often in a row, and when that was. */
  readonly failure?: { readonly problem: Problem; readonly times: number; readonly at: number };
  /** What was under way when the engine ended, and goes on by itself. */
  readonly interrupted?: TaskView['kind'];
  /** Since when media may be here of messages that were not written: an import or the like has not ended. */
  readonly bringingSince?: number;
  /** A restore that has still something to bring. */
  readonly restore?: UnfinishedRestore;
  /** When passkeys were added on this device, by their ids. */
  readonly passkeysAddedAt?: Readonly<Record<string, number>>;
  /** The numbers of the events that the person was shown. */
  readonly seenEvents?: readonly number[];
  /** The password was set without a proof, and is none itself before this. */
  readonly passwordProvesFrom?: number;
}

/** The last backup, and what was in it. */
export interface LastBackup {
  readonly at: number;
  readonly number: number;
  readonly bytes: number;
  readonly messages: number;
  readonly media: number;
  readonly uploadedBytes: number;
  /** Videos that were here, and left out as the person wished. */
  readonly videosLeftOut?: number;
  /** How far the chats went. */
  readonly mark: Mark;
}

/** Which snapshot is being restored, and how far. */
export interface UnfinishedRestore {
  /** As a target is told of it: archive and snapshot. */
  readonly restore: string;
  readonly messagesThere: boolean;
  /** The person has stopped it, so that it does not go on by itself. */
  readonly stopped?: boolean;
}

/** A restore of which nothing is known yet. */
export const notChosen: UnfinishedRestore = { restore: '', messagesThere: false };

const defaults: Settings = { generation: 0, schedule: 'daily', includeVideos: true };

/** The settings, in memory and in IndexedDB. */
export class SettingsStore {
  readonly #records: Records;
  readonly #changed: () => void;
  #settings: Settings;

  private constructor(records: Records, settings: Settings, changed: () => void) {
    this.#records = records;
    this.#settings = settings;
    this.#changed = changed;
  }

  /** @param changed hears whenever they are others */
  static async open(records: Records, changed: () => void): Promise<SettingsStore> {
    const kept = await records.get('settings', 'settings');
    return new SettingsStore(records, { ...defaults, ...kept }, changed);
  }

  get current(): Settings {
    return this.#settings;
  }

  /** Changes some of it; `undefined` forgets. Durable when it returns. */
  async update(change: { [Name in keyof Settings]?: Settings[Name] | undefined }): Promise<void> {
    const merged = Object.entries({ ...this.#settings, ...change }).filter(
      ([, value]) => value !== undefined,
    );
    this.#settings = Object.fromEntries(merged) as unknown as Settings;
    const transaction = this.#records.transaction('settings', 'readwrite', { durability: 'strict' });
    await Promise.all([transaction.store.put(this.#settings, 'settings'), transaction.done]);
    this.#changed();
  }
}
