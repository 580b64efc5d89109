import { os2ip, type Bytes } from '@strongroom/core';
import { isStrongroomError } from '@strongroom/core';
import { OutcomeUnknown, type ListedValue, type RecordStore, type StoredValue } from '@strongroom/vault';
import type { Wrote } from '../history/events.ts';
import { digestOf, steadyNow, type Recorder } from '../history/recorder.ts';
import { serving } from './serving.ts';

// docs/vault-protocol.md, section 11: the sequence follows the epoch, in the clear.
const sequenceAt = { from: 4, to: 10 };

/** Records what a node reads and writes, right above the real store: what wrappers make of it is not believed. */
export class WatchedStore implements RecordStore {
  readonly #inner: RecordStore;
  readonly #recorder: Recorder;
  readonly #site: string;
  #writes = 0;

  constructor(inner: RecordStore, recorder: Recorder, site: string) {
    this.#inner = inner;
    this.#recorder = recorder;
    this.#site = site;
  }

  async read(id: Bytes): Promise<StoredValue | undefined> {
    const since = steadyNow();
    const stored = await this.#inner.read(id);
    const served = serving.getStore();
    if (served !== undefined && !isOwn(id)) {
      served.readAt = since;
      served.read = stored === undefined ? 0 : sequenceOf(stored.value);
    }
    return stored;
  }

  list(after: Bytes | undefined, limit: number): Promise<readonly ListedValue[]> {
    return this.#inner.list(after, limit);
  }

  async replace(
    id: Bytes,
    value: Bytes,
    expectedRevision: number | undefined,
  ): Promise<'committed' | 'conflict'> {
    if (isOwn(id)) return this.#inner.replace(id, value, expectedRevision);
    const tell = this.#begin(id, sequenceOf(value));
    try {
      const outcome = await this.#inner.replace(id, value, expectedRevision);
      tell(outcome);
      if (outcome === 'committed') noteWritten(sequenceOf(value));
      return outcome;
    } catch (error) {
      tell(isUnwritten(error) ? 'unwritten' : 'unknown');
      throw error;
    }
  }

  forgetOldValues(): Promise<void> {
    return this.#inner.forgetOldValues();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #begin(id: Bytes, sequence: number): (phase: Wrote['phase']) => void {
    const { request, account, kind } = serving.getStore() ?? {};
    const write = `${this.#site} ${process.pid} ${this.#writes++}`;
    const what = {
      ...({ e: 'wrote', site: this.#site, write, record: digestOf(id), sequence } as const),
      ...(request !== undefined && account !== undefined && kind !== undefined && { request, account, kind }),
    };
    const tell = (phase: Wrote['phase']): void => this.#recorder.record({ ...what, at: steadyNow(), phase });
    tell('begun');
    return tell;
  }
}

function noteWritten(sequence: number): void {
  const served = serving.getStore();
  if (served !== undefined) served.written = sequence;
}

// The vault's own keys and the fleet's record have ids of 32 equal bytes.
function isOwn(id: Bytes): boolean {
  return id.every((byte) => byte === id[0]);
}

function sequenceOf(value: Bytes): number {
  return os2ip(value.subarray(sequenceAt.from, sequenceAt.to));
}

function isUnwritten(error: unknown): boolean {
  return isStrongroomError(error, 'unavailable') && !(error instanceof OutcomeUnknown);
}
