// What the page may ask of the engine, and what it sees of it. The two are different threads: only plain data and
// Blobs cross, and errors cross as `Problem`s. Times are milliseconds since 1970, sizes bytes.

import type { ChatView, ExportPreview, MessageView, SearchHit } from '@strongroom/chats';
import type { ErrorCode } from '@strongroom/core';

// What is shown of chats is what the chat store says.
export type {
  ChatView,
  ExportPreview,
  MediaView,
  MessageKind,
  MessageView,
  SearchHit,
} from '@strongroom/chats';

/** An error as it crosses: the same code and details as a `StrongroomError`. */
export interface Problem {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Everything the screens show that is not a page of a list. A new object whenever anything in it changed. */
export interface EngineState {
  readonly online: boolean;
  /** Absent until signed in. */
  readonly account?: AccountView;
  readonly chats: ChatsView;
  readonly backup: BackupView;
  /** What is under way, or was interrupted and can be resumed. */
  readonly task?: TaskView;
  readonly events: readonly EventView[];
}

/** A code that was sent. */
export interface SentCode {
  readonly expiresAt: number;
  /** It is shown in the terminal where the server runs, rather than sent to the phone. */
  readonly inTerminal: boolean;
}

export interface AccountView {
  readonly phone: string;
  readonly deviceName: string;
  readonly deviceId: string;
}

export interface ChatsView {
  readonly chats: number;
  readonly messages: number;
  readonly media: number;
  readonly mediaBytes: number;
  /** Media that a restore has still to bring. */
  readonly mediaMissing: number;
  /** Counts changes: lists that were read at an older one are read again. */
  readonly revision: number;
}

export interface BackupView {
  readonly on: boolean;
  /** A turning-on or change that was begun and not finished. */
  readonly unfinished?: 'turning-on' | 'change-of-password' | 'change-of-key';
  /** It waits for its time, because another device has a registration: until then that one may cancel it. */
  readonly contestedUntil?: number;
  /** Until when the last proof serves; absent: ways are added after `prove`. */
  readonly provenUntil?: number;
  /** The password was set without a proof, and is none itself before this. */
  readonly passwordProvesFrom?: number;
  readonly ways: WaysView;
  readonly schedule: Schedule;
  readonly includeVideos: boolean;
  readonly last?: {
    readonly at: number;
    readonly number: number;
    readonly bytes: number;
    readonly messages: number;
    readonly media: number;
    readonly uploadedBytes: number;
    /** Videos that are on this device and not in it. */
    readonly videosLeftOut?: number;
  };
  readonly lastCheck?: { readonly at: number; readonly ok: boolean; readonly problems: number };
  /** What would be lost if this device were lost now. */
  readonly unsaved: { readonly messages: number; readonly media: number };
  readonly next?: number;
  /** Absent while the vault was not asked or no password is used. */
  readonly vault?: VaultView;
  /** When the app should ask for the password, so that it is not forgotten. */
  readonly reminderAt?: number;
  /** The last backup that failed, until one succeeds. */
  readonly problem?: Problem;
}

export interface WaysView {
  readonly password: boolean;
  readonly key64: 'kept' | 'unconfirmed' | 'not-chosen';
  readonly passkeys: readonly { readonly id: string; readonly name: string; readonly addedAt: number }[];
}

export interface VaultView {
  readonly guessesLeft: number;
  readonly guessLimit: number;
  readonly waitUntil?: number;
  readonly locked: boolean;
  readonly failuresSinceOpening: number;
  readonly replacement?: { readonly committableAt: number };
  readonly operators: readonly string[];
  readonly threshold: number;
}

export type Schedule = 'daily' | 'weekly' | 'monthly' | 'manual';

export interface TaskView {
  readonly kind: 'backup' | 'restore-messages' | 'restore-media' | 'check' | 'import' | 'export' | 'sample';
  readonly status: 'running' | 'paused' | 'cancelling' | 'failed' | 'done';
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly uploadedBytes: number;
  readonly secondsLeft?: number;
  readonly problem?: Problem;
  /** Things left out or changed, in plain numbers; each with a path. */
  readonly warnings: readonly { readonly code: string; readonly path: string }[];
}

export interface EventView {
  readonly id: string;
  readonly kind: string;
  readonly at: number;
  readonly seen: boolean;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface FoundBackup {
  readonly ways: readonly ('password' | 'key' | 'passkey')[];
  /** For `navigator.credentials.get`: credential ids and the PRF input of each. */
  readonly passkeys: readonly {
    readonly credentialId: Uint8Array<ArrayBuffer>;
    readonly prfInput: Uint8Array<ArrayBuffer>;
  }[];
  readonly vault?: VaultView;
}

/** A passkey that was just made or used in the page. */
export interface PasskeyProof {
  readonly credentialId: Uint8Array<ArrayBuffer>;
  readonly prfInput: Uint8Array<ArrayBuffer>;
  /** 32 bytes, secret. */
  readonly prfOutput: Uint8Array<ArrayBuffer>;
  readonly name: string;
}

/**
 * What opens the backup: for a restore, and to show that one may change it or see its key. That the page asked the
 * device's own lock is none: nobody vouches for it but the page.
 */
export type Proof =
  | { readonly way: 'password'; readonly password: string }
  | { readonly way: 'key'; readonly digits: string }
  | { readonly way: 'passkey'; readonly passkey: PasskeyProof };

/**
 * What to do about chats on this device that are damaged, when the engine is started: they are kept aside, and the
 * newest backup is brought back, or the person begins without.
 */
export type DamagedChats = 'restore' | 'begin-anew';

/** Every method may throw a `Problem`. */
export interface Engine {
  /** Calls at once, and whenever the state changed, at most ten times a second. */
  watch(listener: (state: EngineState) => void): Promise<void>;

  // --- account ---
  /** Has a code sent. */
  startSignIn(phone: string): Promise<SentCode>;
  finishSignIn(code: string): Promise<void>;
  signOut(): Promise<void>;
  devices(): Promise<
    readonly {
      readonly id: string;
      readonly name: string;
      readonly addedAt: number;
      readonly lastSeenAt?: number;
      readonly isThis: boolean;
    }[]
  >;
  revokeDevice(id: string): Promise<void>;

  // --- chats ---
  chats(): Promise<readonly ChatView[]>;
  /** Messages of a chat by position, `from` included, `to` not. */
  messages(chatId: number, from: number, to: number): Promise<readonly MessageView[]>;
  search(
    words: string,
    options: { readonly chatId?: number; readonly limit: number },
  ): Promise<readonly SearchHit[]>;
  media(path: string): Promise<Blob | undefined>;
  send(chatId: number, text: string, files: readonly File[]): Promise<void>;
  /** Media of a chat, newest first. */
  mediaOf(chatId: number, offset: number, limit: number): Promise<readonly MessageView[]>;
  addSampleChats(): Promise<void>;
  /** What is in an export before it is read in: who takes part, what stays uncertain (which of the two is the day). */
  lookAtExport(file: File): Promise<ExportPreview>;
  /** Answers what was not there yet. */
  importExport(
    file: File,
    choices: { readonly me?: string; readonly dayFirst?: boolean },
  ): Promise<ImportedView>;
  exportChat(chatId: number, options: { readonly media: boolean }): Promise<File>;

  // --- encrypted backups ---
  /** Strength of a password, as it is typed. */
  judgePassword(
    password: string,
  ): Promise<{ readonly ok: boolean; readonly why?: string; readonly strength: 0 | 1 | 2 | 3 | 4 }>;
  /** The key that turning on with a 64-digit key will use: 16 groups of 4. The same until it is turned on. */
  newKey(): Promise<readonly string[]>;
  /** `key64` is kept only when the two groups are right; throws `malformed-key` naming the group that is not. */
  confirmKey(groups: Readonly<Record<string, string>>): Promise<void>;
  turnOn(ways: {
    readonly password?: string;
    readonly again?: string;
    readonly key64?: boolean;
    readonly passkey?: PasskeyProof;
  }): Promise<void>;
  /**
   * Shows that one may; for five minutes ways can be added then, until it is signed out, locked, or out of sight.
   * Throws `proof-needed` for a password that was set without a proof less than a week ago.
   */
  prove(proof: Proof): Promise<void>;
  /** From now on a proof is needed again. */
  forgetProof(): Promise<void>;
  /** Throws `proof-needed` unless `prove` was called lately. */
  addPassword(password: string, again: string): Promise<void>;
  /** Throws `proof-needed` unless `prove` was called lately. */
  addPasskey(passkey: PasskeyProof): Promise<void>;
  /** Shows the key, and so asks each time. */
  addKey64(proof: Proof): Promise<readonly string[]>;
  removeWay(way: 'password' | 'key64' | { readonly passkey: string }, proof: Proof): Promise<void>;
  showKey(proof: Proof): Promise<readonly string[]>;
  /** Finishes a change of the key that was begun; the password is needed where one opens the backup. */
  finishKeyChange(password?: string): Promise<void>;
  /** @param takeOver although another device has taken over this backup: it stops then */
  backUp(takeOver?: boolean): Promise<void>;
  setSchedule(schedule: Schedule): Promise<void>;
  /** Looks now whether a backup is due; it does so every minute while it runs. */
  wake(): Promise<void>;
  setIncludeVideos(include: boolean): Promise<void>;
  check(depth: 'quick' | 'full'): Promise<void>;
  checkPassword(password: string): Promise<void>;
  /**
   * `proven`: throws `proof-needed` unless `prove` was called lately. `forgotten`: this device has the key; the new
   * password opens the backup at once, and is no proof here before a week is over.
   */
  changePassword(password: string, again: string, how: 'proven' | 'forgotten'): Promise<void>;
  turnOff(proof: Proof, options: { readonly deleteBackups: boolean }): Promise<void>;
  cancelReplacement(): Promise<void>;
  /** Asks the vault how the password stands; also done by itself now and then. */
  refresh(): Promise<void>;

  // --- restore ---
  findBackup(): Promise<FoundBackup | undefined>;
  /** Unlocks, then restores messages; media follow by themselves. Resolves when the messages are readable. */
  restore(
    unlocking: Proof,
    options?: { readonly tryUnfinished?: boolean; readonly acceptOlder?: boolean },
  ): Promise<void>;

  /** The files of a backup without chats, after `restore` has failed with `no-chats`: at most 5000, by path. */
  otherFiles(): Promise<readonly OtherFile[]>;
  /** One of them. */
  otherFile(path: string): Promise<Blob>;

  // --- what is under way ---
  cancel(): Promise<void>;
  resume(): Promise<void>;
  dismiss(): Promise<void>;
  seen(eventIds: readonly string[]): Promise<void>;
}

/** A file of a backup that the app did not make. */
export interface OtherFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** What an import has brought: messages and media that were not there before. */
export interface ImportedView {
  readonly chatId: number;
  readonly messages: number;
  readonly media: number;
  /** Lines of the export that are in no message. */
  readonly unreadLines: number;
}
