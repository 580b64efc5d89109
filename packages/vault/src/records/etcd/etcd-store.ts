import { copyBytes, type Bytes } from '@strongroom/core';
import type { KeyValue } from '@strongroom/wire/etcd';
import { checkLimit, type ListedValue, type RecordStore, type StoredValue } from '../record-store.ts';
import { OutcomeUnknown, storeUnavailable } from '../store-errors.ts';
import { Compactor } from './compactor.ts';
import type { EtcdAccess, EtcdRequest, EtcdResponse } from './endpoint.ts';
import { clusterIdText, EtcdClient, type EndpointHealth } from './etcd-client.ts';
import { completeOptions, type CompleteOptions, type EtcdStoreOptions } from './etcd-options.ts';
import { failureOf } from './failure.ts';
import { Keys, type KeyRange } from './keys.ts';
import { settle, type History } from './settle.ts';
import { foundInstead, replaceTransaction, type Replacement } from './transaction.ts';

// Compaction works through what is to be forgotten in batches, with pauses between them, milliseconds.
const compactionDeadline = 60_000;
const compactionRetryEvery = 5000;

/**
 * Records in etcd, for several nodes over several data centers. Reads are linearizable; a write is one transaction,
 * durable on a majority before it is answered. A revision is the `mod_revision` of the record's key.
 *
 * Requests go to the first endpoint that is well. Whatever fails is tried again at others until the deadline. A write
 * may be sent several times so: it commits once at most, and what became of it is found out. When that is not possible
 * in time, it throws `OutcomeUnknown`, never an error that could be taken for "not written".
 */
export class EtcdStore implements RecordStore {
  readonly #options: CompleteOptions;
  readonly #keys: Keys;
  readonly #client: EtcdClient;
  readonly #compactor: Compactor;
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  /** Connects with the first request, and soon forgets what a process that was killed had no time to forget. */
  constructor(options: EtcdStoreOptions) {
    this.#options = completeOptions(options);
    this.#keys = new Keys(options.prefix);
    this.#client = new EtcdClient(this.#options, this.#anyKey());
    this.#compactor = new Compactor({
      compact: () => this.#compact(),
      delay: this.#options.forgetWithin,
      retryEvery: compactionRetryEvery,
    });
    this.#compactor.request();
  }

  async read(id: Bytes): Promise<StoredValue | undefined> {
    const key = this.#keys.of(id);
    const { kvs } = await this.#answer(({ kv }, options) => kv.range({ key }, options));
    return kvs[0] && storedValue(kvs[0]);
  }

  async list(after: Bytes | undefined, limit: number): Promise<readonly ListedValue[]> {
    checkLimit(limit);
    const range = { ...bounds(this.#keys.after(after)), limit: BigInt(limit) };
    const { kvs } = await this.#answer(({ kv }, options) => kv.range(range, options));
    return kvs.map((found) => ({ id: this.#keys.idOf(found.key), ...storedValue(found) }));
  }

  async replace(
    id: Bytes,
    value: Bytes,
    expectedRevision: number | undefined,
  ): Promise<'committed' | 'conflict'> {
    // 0 stands for "not there" in etcd, and is no revision that anything was read at.
    if (expectedRevision === 0) return 'conflict';
    const expected = BigInt(expectedRevision ?? 0);
    const started = performance.now();
    const outcome = await this.#track(
      this.#commit({ key: this.#keys.of(id), value: copyBytes(value), expected }),
    );
    if (outcome === 'committed') this.#options.observer.onCommit?.(performance.now() - started);
    return outcome;
  }

  /**
   * Asks for a compaction of etcd's history up to now, which follows within `forgetWithin`, or as soon as a majority
   * is there; many requests make one. The values are out of reach then for everybody who asks etcd. They can still be
   * found in free pages of the members' databases until `defragment`, and in their write-ahead logs and snapshots
   * until etcd has removed these (`memberArguments` keeps as few as possible).
   */
  async forgetOldValues(): Promise<void> {
    this.#compactor.request();
  }

  /**
   * Writes a member's database anew, without the free pages in which forgotten values can be found. The member serves
   * nobody meanwhile, and requests go to others: for an operator, one member after the other (a second call waits for
   * the first). Write-ahead logs and snapshots stay as they are.
   * @param endpoint one of the store's
   * @throws StrongroomError `not-authorised`: etcd allows it to its user root alone; `unavailable`
   */
  defragment(endpoint: string): Promise<void> {
    return this.#track(this.#client.defragment(endpoint));
  }

  /** The cluster that answered, or is expected: hexadecimal digits, as in etcd's own log; `undefined` before. */
  get clusterId(): string | undefined {
    const id = this.#client.clusterId;
    return id === undefined ? undefined : clusterIdText(id);
  }

  /** Another certificate or password, from the next connection and the next token on. */
  renew(access: EtcdAccess): void {
    this.#client.renew(access);
  }

  /** Which endpoints requests are sent to. */
  health(): readonly EndpointHealth[] {
    return this.#client.health();
  }

  /** Waits for what is under way, and tries to forget what is still to be forgotten. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    await this.#compactor.close();
    this.#client.close();
  }

  async #commit(replacement: Replacement): Promise<'committed' | 'conflict'> {
    const transaction = replaceTransaction(replacement);
    const until = performance.now() + this.#options.deadline;
    let sentBefore = false;
    try {
      this.#refuseWhenClosed();
      const response = await this.#client.ask(({ kv }, options) => kv.txn(transaction, options), {
        onFailure: ({ unapplied }) => (sentBefore ||= !unapplied),
      });
      if (response.succeeded) return 'committed';
      if (!sentBefore) return 'conflict';
      return await settle(replacement, foundInstead(response), this.#history(replacement.key, until));
    } catch (error) {
      throw sentBefore ? new OutcomeUnknown(error) : storeUnavailable(error);
    }
  }

  #history(key: Bytes, until: number): History {
    return async (revision) => {
      const deadline = Math.max(1, until - performance.now());
      const { kvs } = await this.#client.ask(({ kv }, options) => kv.range({ key, revision }, options), {
        deadline,
      });
      return kvs[0];
    };
  }

  async #compact(): Promise<void> {
    const { header } = await this.#client.ask(this.#anyKey());
    const revision = header!.revision;
    const deadline = this.#closed ? this.#options.deadline : compactionDeadline;
    await this.#client.ask(compaction(revision), { deadline });
    this.#options.observer.onForgotten?.(Number(revision));
  }

  // A linearizable read of next to nothing.
  #anyKey(): EtcdRequest<EtcdResponse> {
    const range = { ...bounds(this.#keys.all), limit: 1n, keysOnly: true };
    return ({ kv }, options) => kv.range(range, options);
  }

  async #answer<R extends EtcdResponse>(request: EtcdRequest<R>): Promise<R> {
    try {
      this.#refuseWhenClosed();
      return await this.#track(this.#client.ask(request));
    } catch (error) {
      throw storeUnavailable(error);
    }
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new Error('the store is closed');
  }

  async #track<T>(request: Promise<T>): Promise<T> {
    this.#underWay.add(request);
    try {
      return await request;
    } finally {
      this.#underWay.delete(request);
    }
  }
}

function compaction(revision: bigint): EtcdRequest<EtcdResponse> {
  return ({ kv }, options) =>
    kv.compact({ revision, physical: true }, options).catch((error: unknown) => {
      // Another node has forgotten more: that will do.
      if (failureOf('', error).code === 'compacted') return {};
      throw error;
    });
}

function storedValue({ value, modRevision }: KeyValue): StoredValue {
  return { value: copyBytes(value), revision: Number(modRevision) };
}

function bounds({ first, end }: KeyRange): { key: Bytes; rangeEnd: Bytes } {
  return { key: first, rangeEnd: end };
}
