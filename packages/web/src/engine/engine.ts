import { toHex } from '@strongroom/core';
import type { ChatReader } from './chat-reader.ts';
import type {
  Engine,
  EngineState,
  FoundBackup,
  PasskeyProof,
  Proof,
  Schedule,
  SentCode,
} from './contract.ts';
import { EventFeed } from './device/event-feed.ts';
import { openParts, type EngineParts, type Ground } from './engine-parts.ts';
import { StateFeed, type Listener } from './state-feed.ts';
import { nextBackup } from './tasks/due.ts';
import { backupView } from './ways/backup-view.ts';
import { askVaults } from './ways/vault-view.ts';

/** What it stands on, and what lets another engine take its place when it ends. */
export interface EngineGround extends Ground {
  readonly leave: () => void;
}

// How often it is looked whether a backup is due, milliseconds.
const lookEvery = 60_000;

const nothingBackedUp = { last: undefined, lastCheck: undefined, failure: undefined };

/**
 * The app's engine: everything that is not on the screen, but for reading chats. Runs in a worker, once for each place.
 */
export class ChatEngine implements Omit<Engine, keyof ChatReader> {
  readonly #parts: EngineParts;
  readonly #feed = new StateFeed(() => this.#state());
  readonly #events: EventFeed;
  readonly #leave: () => void;
  readonly #clock: ReturnType<typeof setInterval>;
  readonly #network = (): void => this.#onNetwork();

  private constructor(parts: EngineParts, leave: () => void) {
    this.#parts = parts;
    this.#leave = leave;
    const { holder, settings } = parts;
    this.#events = new EventFeed(holder, settings, (event) => this.#onEvent(event?.kind), this.changed);
    this.#clock = setInterval(() => this.#backUpWhenDue(), lookEvery);
    for (const name of ['online', 'offline']) self.addEventListener(name, this.#network);
  }

  /** Opens all that is not open yet, and begins what is due. @throws StrongroomError `disk-full`, `profile-damaged` */
  static async open(ground: EngineGround): Promise<ChatEngine> {
    const engine = new ChatEngine(await openParts(ground), ground.leave);
    engine.#begin();
    ground.parts.chats.store.prepareSearch();
    return engine;
  }

  /** Something is other than before. */
  readonly changed = (): void => this.#feed.changed();

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
    this.changed();
  }

  devices(): ReturnType<Engine['devices']> {
    return this.#parts.account.devices();
  }

  revokeDevice(id: string): Promise<void> {
    return this.#parts.account.revokeDevice(id);
  }

  // --- chats ---

  send(chatId: number, text: string, files: readonly File[]): Promise<void> {
    return this.#parts.rooms.send(chatId, text, files);
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
    const next = nextBackup({ schedule, lastAt: last?.at, failure }, Date.now());
    const isDue = next !== undefined && next <= Date.now();
    if (interrupted === 'backup' || isDue) this.#quietly(backups.backUp());
  }

  #onNetwork(): void {
    this.changed();
    if (navigator.onLine) this.#backUpWhenDue();
  }

  #onEvent(kind: string | undefined): void {
    this.changed();
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
      this.changed();
    }
  }

  async #noteAdded({ credentialId }: PasskeyProof): Promise<void> {
    const { settings } = this.#parts;
    const passkeysAddedAt = { ...settings.current.passkeysAddedAt, [toHex(credentialId)]: Date.now() };
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
      backup: backupView({ ...facts, now: Date.now() }),
      events: this.#events.views,
      ...(accountView && { account: accountView }),
      ...(task && { task }),
    };
  }
}
