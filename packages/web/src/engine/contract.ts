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

/** One way to show that one may: for turning off, showing the key, changing the password. */
export type Proof =
  | { readonly way: 'password'; readonly password: string }
  | { readonly way: 'key'; readonly digits: string }
  | { readonly way: 'passkey'; readonly passkey: PasskeyProof }
  /** The device's own lock was asked by the page (a platform authenticator verified the person). */
  | { readonly way: 'device-lock' };

export type Unlocking = Exclude<Proof, { way: 'device-lock' }>;

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
  addPassword(password: string, again: string): Promise<void>;
  addPasskey(passkey: PasskeyProof): Promise<void>;
  addKey64(): Promise<readonly string[]>;
  removeWay(way: 'password' | 'key64' | { readonly passkey: string }): Promise<void>;
  showKey(proof: Proof): Promise<readonly string[]>;
  backUp(): Promise<void>;
  setSchedule(schedule: Schedule): Promise<void>;
  setIncludeVideos(include: boolean): Promise<void>;
  check(depth: 'quick' | 'full'): Promise<void>;
  checkPassword(password: string): Promise<void>;
  changePassword(password: string, again: string): Promise<void>;
  turnOff(proof: Proof, options: { readonly deleteBackups: boolean }): Promise<void>;
  cancelReplacement(): Promise<void>;
  /** Asks the vault how the password stands; also done by itself now and then. */
  refresh(): Promise<void>;

  // --- restore ---
  findBackup(): Promise<FoundBackup | undefined>;
  /** Unlocks, then restores messages; media follow by themselves. Resolves when the messages are readable. */
  restore(
    unlocking: Unlocking,
    options?: { readonly tryUnfinished?: boolean; readonly acceptOlder?: boolean },
  ): Promise<void>;

  // --- what is under way ---
  cancel(): Promise<void>;
  resume(): Promise<void>;
  dismiss(): Promise<void>;
  seen(eventIds: readonly string[]): Promise<void>;
}

/** What an import has brought: messages and media that were not there before. */
export interface ImportedView {
  readonly chatId: number;
  readonly messages: number;
  readonly media: number;
  /** Lines of the export that are in no message. */
  readonly unreadLines: number;
}
