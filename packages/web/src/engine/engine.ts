import { toHex } from '@strongroom/core';
import type {
  DamagedChats,
  Engine,
  EngineState,
  FoundBackup,
  PasskeyProof,
  Proof,
  Schedule,
  SentCode,
} from './contract.ts';
import { EventFeed } from './device/event-feed.ts';
import { takeLock } from './engine-lock.ts';
import { openParts, type EngineParts } from './engine-parts.ts';
import { placeOf } from './place.ts';
import { StateFeed, type Listener } from './state-feed.ts';
import { nextBackup } from './tasks/due.ts';
import { backupView } from './ways/backup-view.ts';
import { askVaults } from './ways/vault-view.ts';

/** How an engine is started. */
export interface EngineOptions {
  /** The front door's address. */
  readonly server: string;
  /** The name of the place where everything is kept; another one is another device. */
  readonly place?: string;
  /** What to do when the chats are damaged; by default it does not start. */
  readonly damagedChats?: DamagedChats;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

// How often it is looked whether a backup is due, milliseconds.
const lookEvery = 60_000;

const nothingBackedUp = { last: undefined, lastCheck: undefined, failure: undefined };

/** The app's engine: everything that is not on the screen. Runs in a worker, once for each place. */
export class ChatEngine implements Engine {
  readonly #parts: EngineParts;
  readonly #feed: StateFeed;
  readonly #events: EventFeed;
  readonly #now: () => number;
  readonly #leave: () => void;
  readonly #clock: ReturnType<typeof setInterval>;
  readonly #network = (): void => this.#onNetwork();

  private constructor(parts: EngineParts, feed: StateFeed, now: () => number, leave: () => void) {
    this.#parts = parts;
    this.#feed = feed;
    this.#now = now;
    this.#leave = leave;
    this.#events = new EventFeed(
      parts.holder,
      parts.settings,
      (event) => this.#onEvent(event?.kind),
      feed.changed,
    );
    this.#clock = setInterval(() => this.#backUpWhenDue(), lookEvery);
    for (const name of ['online', 'offline']) self.addEventListener(name, this.#network);
  }

  /** @throws StrongroomError `in-use` while another engine of this place is at work, `newer-version`, `profile-damaged` */
  static async start({
    server,
    place: name,
    now = Date.now,
    damagedChats,
  }: EngineOptions): Promise<ChatEngine> {
    const place = placeOf(name);
    const leave = await takeLock(place.lock);
    try {
      let engine: ChatEngine | undefined;
      const feed = new StateFeed(() => engine!.#state());
      const changed = (): void => {
        if (engine) feed.changed();
      };
      const parts = await openParts({
        place,
        server,
        now,
        changed,
        ...(damagedChats && { damagedChats }),
      });
      engine = new ChatEngine(parts, feed, now, leave);
      engine.#begin();
      return engine;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Stops what is under way, which goes on when it is started again, and closes all files. */
  async close(): Promise<void> {
    clearInterval(this.#clock);
    for (const name of ['online', 'offline']) self.removeEventListener(name, this.#network);
    this.#events.stop();
    this.#parts.backups.leave();
    await this.#parts.tasks.cancel();
    this.#parts.close();
    this.#leave();
  }

  async watch(listener: Listener): Promise<void> {
    this.#feed.watch(listener);
  }

  // --- account ---

  startSignIn(phone: string): Promise<SentCode> {
    return this.#parts.account.start(phone);
  }

  async finishSignIn(code: string): Promise<void> {
    await this.#parts.account.finish(code);
    this.#events.follow();
  }

  async signOut(): Promise<void> {
    this.#parts.proof.forget();
    await this.#parts.account.signOut();
    this.#events.follow();
    this.#feed.changed();
  }

  devices(): ReturnType<Engine['devices']> {
    return this.#parts.account.devices();
  }

  revokeDevice(id: string): Promise<void> {
    return this.#parts.account.revokeDevice(id);
  }

  // --- chats ---

  async chats(): ReturnType<Engine['chats']> {
    return this.#parts.rooms.list();
  }

  async messages(chatId: number, from: number, to: number): ReturnType<Engine['messages']> {
    return this.#parts.rooms.messages(chatId, from, to);
  }

  async search(...args: Parameters<Engine['search']>): ReturnType<Engine['search']> {
    return this.#parts.rooms.search(...args);
  }

  media(path: string): Promise<Blob | undefined> {
    return this.#parts.rooms.media(path);
  }

  send(chatId: number, text: string, files: readonly File[]): Promise<void> {
    return this.#parts.rooms.send(chatId, text, files);
  }

  async mediaOf(chatId: number, offset: number, limit: number): ReturnType<Engine['mediaOf']> {
    return this.#parts.rooms.mediaOf(chatId, offset, limit);
  }

  addSampleChats(): Promise<void> {
    return this.#parts.transfers.addSampleChats();
  }

  lookAtExport(file: File): ReturnType<Engine['lookAtExport']> {
    return this.#parts.transfers.lookAtExport(file);
  }

  importExport(...args: Parameters<Engine['importExport']>): ReturnType<Engine['importExport']> {
    return this.#parts.transfers.importExport(...args);
  }

  exportChat(...args: Parameters<Engine['exportChat']>): Promise<File> {
    return this.#parts.transfers.exportChat(...args);
  }

  // --- encrypted backups ---

  judgePassword(password: string): ReturnType<Engine['judgePassword']> {
    return this.#parts.ways.judgePassword(password);
  }

  newKey(): Promise<readonly string[]> {
    return this.#parts.ways.newKey();
  }

  confirmKey(groups: Readonly<Record<string, string>>): Promise<void> {
    return this.#parts.ways.confirmKey(groups);
  }

  turnOn(ways: Parameters<Engine['turnOn']>[0]): Promise<void> {
    return this.#changingWays(async () => {
      await this.#parts.ways.turnOn(ways);
      if (ways.passkey) await this.#noteAdded(ways.passkey);
      // The first backup of this key; what an earlier one had is not in it.
      await this.#parts.settings.update({ ...nothingBackedUp, passwordProvesFrom: undefined });
    });
  }

  prove(proof: Proof): Promise<void> {
    return this.#changingWays(() => this.#parts.proof.prove(proof));
  }

  async forgetProof(): Promise<void> {
    this.#parts.proof.forget();
  }

  addPassword(password: string, again: string): Promise<void> {
    return this.#changingWays(() => this.#parts.ways.addPassword(password, again));
  }

  addPasskey(passkey: Parameters<Engine['addPasskey']>[0]): Promise<void> {
    return this.#changingWays(async () => {
      await this.#parts.ways.addPasskey(passkey);
      await this.#noteAdded(passkey);
    });
  }

  addKey64(proof: Proof): Promise<readonly string[]> {
    return this.#changingWays(() => this.#parts.ways.addKey64(proof));
  }

  removeWay(...args: Parameters<Engine['removeWay']>): Promise<void> {
    return this.#changingWays(() => this.#parts.ways.removeWay(...args));
  }

  showKey(proof: Proof): Promise<readonly string[]> {
    return this.#changingWays(() => this.#parts.ways.showKey(proof));
  }

  finishKeyChange(password?: string): Promise<void> {
    return this.#changingWays(() => this.#parts.ways.finishKeyChange(password));
  }

  backUp(takeOver = false): Promise<void> {
    return this.#parts.backups.backUp(takeOver);
  }

  async wake(): Promise<void> {
    this.#backUpWhenDue();
  }

  async setSchedule(schedule: Schedule): Promise<void> {
    await this.#parts.settings.update({ schedule });
  }

  async setIncludeVideos(includeVideos: boolean): Promise<void> {
    await this.#parts.settings.update({ includeVideos });
  }

  check(depth: 'quick' | 'full'): Promise<void> {
    return this.#parts.backups.check(depth);
  }

  checkPassword(password: string): Promise<void> {
    return this.#changingWays(() => this.#parts.ways.checkPassword(password));
  }

  changePassword(...args: Parameters<Engine['changePassword']>): Promise<void> {
    return this.#changingWays(() => this.#parts.ways.changePassword(...args));
  }

  turnOff(proof: Proof, { deleteBackups }: { readonly deleteBackups: boolean }): Promise<void> {
    return this.#changingWays(async () => {
      // Before anything is stopped.
      await this.#parts.proof.prove(proof);
      await this.#parts.tasks.cancel();
      await this.#parts.ways.turnOff(deleteBackups);
      this.#parts.tasks.dismiss();
      this.#parts.proof.forget();
      await this.#parts.settings.update({ ...nothingBackedUp, passwordProvesFrom: undefined });
    });
  }

  cancelReplacement(): Promise<void> {
    return this.#changingWays(() => this.#parts.ways.cancelReplacement());
  }

  refresh(): Promise<void> {
    return this.#parts.vault.refresh();
  }

  // --- restore ---

  async findBackup(): Promise<FoundBackup | undefined> {
    const found = await this.#parts.restores.find();
    if (!found?.ways.includes('password')) return found;
    // Without the vaults, the other ways are there still.
    const vault = await askVaults(this.#parts.holder.device).catch(() => undefined);
    return { ...found, ...(vault && { vault }) };
  }

  async restore(...args: [Proof, Parameters<Engine['restore']>[1]?]): Promise<void> {
    await this.#changingWays(() => this.#parts.restores.restore(...args));
  }

  async otherFiles(): ReturnType<Engine['otherFiles']> {
    return this.#parts.restores.others.list();
  }

  async otherFile(path: string): Promise<Blob> {
    return this.#parts.restores.others.read(path);
  }

  // --- what is under way ---

  async cancel(): Promise<void> {
    const { tasks, restores } = this.#parts;
    if (tasks.view?.kind.startsWith('restore')) await restores.stop(true);
    await tasks.cancel();
  }

  async resume(): Promise<void> {
    await this.#parts.restores.stop(false);
    await this.#parts.tasks.resume();
  }

  async dismiss(): Promise<void> {
    const { tasks, restores } = this.#parts;
    const { view } = tasks;
    tasks.dismiss();
    if (view?.kind.startsWith('restore')) await restores.giveUp();
  }

  async seen(eventIds: readonly string[]): Promise<void> {
    await this.#events.seen(eventIds);
  }

  // What was begun when the engine ended goes on.
  #begin(): void {
    const { restores, settings, tasks } = this.#parts;
    const { restore } = settings.current;
    this.#events.follow();
    this.#quietly(this.#parts.vault.refresh());
    if (restore?.stopped) tasks.offer(restores.kind, () => restores.resume());
    else if (restore) this.#quietly(restores.resume());
    else this.#backUpWhenDue();
  }

  #backUpWhenDue(): void {
    const { holder, settings, tasks, backups } = this.#parts;
    const { schedule, last, failure, restore, interrupted } = settings.current;
    if (!navigator.onLine || tasks.isBusy || restore || !holder.readable?.state.backup) return;
    const next = nextBackup({ schedule, lastAt: last?.at, failure }, this.#now());
    const isDue = next !== undefined && next <= this.#now();
    if (interrupted === 'backup' || isDue) this.#quietly(backups.backUp());
  }

  #onNetwork(): void {
    this.#feed.changed();
    if (navigator.onLine) this.#backUpWhenDue();
  }

  #onEvent(kind: string | undefined): void {
    this.#feed.changed();
    if (kind === 'locked') this.#parts.proof.forget();
    const isSignedOut = kind === undefined;
    this.#quietly(isSignedOut ? this.signOut() : this.#parts.vault.refresh());
  }

  // Whatever changed the ways, or a guess that was spent, shows at the vaults.
  async #changingWays<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.#quietly(this.#parts.vault.refresh());
      this.#feed.changed();
    }
  }

  async #noteAdded({ credentialId }: PasskeyProof): Promise<void> {
    const { settings } = this.#parts;
    const passkeysAddedAt = { ...settings.current.passkeysAddedAt, [toHex(credentialId)]: this.#now() };
    await settings.update({ passkeysAddedAt });
  }

  // What fails here shows in the state, or is tried again later.
  #quietly(work: Promise<unknown>): void {
    work.catch(() => undefined);
  }

  #state(): EngineState {
    const { account, rooms, tasks, holder, vault, proof } = this.#parts;
    const settings = this.#parts.settings.current;
    const unsaved = rooms.since(settings.last?.mark);
    const facts = { holder, settings, unsaved, vault: vault.view, provenUntil: proof.until };
    const [accountView, task] = [account.view, tasks.view];
    return {
      online: navigator.onLine,
      chats: rooms.view,
      backup: backupView({ ...facts, now: this.#now() }),
      events: this.#events.views,
      ...(accountView && { account: accountView }),
      ...(task && { task }),
    };
  }
}
