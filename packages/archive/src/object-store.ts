import { type Bytes, StrongroomError } from '@strongroom/core';

/** What a list shows of an object: its name and its size in bytes. */
export interface StoredObject {
  readonly name: string;
  readonly size: number;
}

export interface StoreOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface PutOptions extends StoreOptions {
  /** Throw 'object-exists' rather than replace. */
  readonly ifAbsent?: boolean;
}

export interface GetOptions extends StoreOptions {
  /** A part of the object, in bytes. What lies behind the end is left out, so the answer may be shorter. */
  readonly range?: { readonly offset: number; readonly length: number };
}

/** An object that is a file of this computer, open for reading. */
export interface LentObject {
  readonly fd: number;
  /** Bytes. */
  readonly size: number;
  close(): void;
}

/**
 * A place for named byte strings. Names are segments of `[0-9a-zA-Z-]` with `/` between them.
 *
 * Every method may throw 'cloud-unreachable', 'cloud-denied' and, when its signal is aborted, 'cancelled';
 * a name that is not allowed is 'malformed'.
 */
export interface ObjectStore {
  /** Where it is, in words for people. */
  readonly description: string;
  /**
   * Stores an object whole or not at all; when it returns, a power cut does not lose it.
   * The bytes belong to the caller again afterwards.
   * @throws StrongroomError 'object-exists' with `ifAbsent`, 'cloud-full'
   */
  put(name: string, bytes: Bytes, options?: PutOptions): Promise<void>;
  /** The bytes belong to the caller. @throws StrongroomError 'object-missing' */
  get(name: string, options?: GetOptions): Promise<Bytes>;
  /** Every object whose name starts with `prefix`, in no particular order. */
  list(prefix: string, options?: StoreOptions): AsyncIterable<StoredObject>;
  /** Removes an object; nothing happens when there is none. */
  remove(name: string, options?: StoreOptions): Promise<void>;
  /** Opens the file that an object is, where objects are files of this computer. @returns none when it cannot */
  lend?(name: string): LentObject | undefined;
}

const objectName = /^[0-9a-zA-Z-]+(\/[0-9a-zA-Z-]+)*$/;
const longestName = 200;

/** @throws StrongroomError 'malformed' unless the name may be an object's */
export function checkObjectName(name: string): void {
  if (name.length > longestName || !objectName.test(name)) {
    throw new StrongroomError('malformed', { what: 'the name of an object' });
  }
}

/** Whether a text could be how the name of an object begins. */
export function isNamePrefix(prefix: string): boolean {
  return /^[0-9a-zA-Z/-]*$/.test(prefix);
}
