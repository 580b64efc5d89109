import { concat, StrongroomError, utf8, type Bytes } from '@strongroom/core';

/** Keys from `first` on, before `end`. */
export interface KeyRange {
  readonly first: Bytes;
  readonly end: Bytes;
}

/** Which keys of etcd a store's records have: a prefix, and the record's id after it. */
export class Keys {
  readonly #prefix: Bytes;

  /** @param prefix such as `strongroom/`; nothing else may be stored under it */
  constructor(prefix: string) {
    this.#prefix = utf8(prefix);
  }

  /** Every key there can be. */
  get all(): KeyRange {
    return rangeOf(this.#prefix);
  }

  of(id: Uint8Array): Bytes {
    return concat(this.#prefix, id);
  }

  /** The keys of the ids that come after one; of all without one. */
  after(id: Uint8Array | undefined): KeyRange {
    const { first, end } = this.all;
    return { first: id === undefined ? first : concat(this.of(id), new Uint8Array(1)), end };
  }

  idOf(key: Uint8Array): Bytes {
    return new Uint8Array(key.subarray(this.#prefix.length));
  }
}

/**
 * The keys that begin with a prefix.
 * @throws StrongroomError `wrong-usage` for one that is empty or longer than 200 bytes
 */
export function rangeOf(prefix: Uint8Array): KeyRange {
  if (prefix.length === 0 || prefix.length > 200)
    throw new StrongroomError('wrong-usage', { why: 'The prefix of the keys in etcd has 1 to 200 bytes.' });
  const end = new Uint8Array(prefix);
  // The last byte of UTF-8 is never 255.
  end[end.length - 1]! += 1;
  return { first: new Uint8Array(prefix), end };
}
