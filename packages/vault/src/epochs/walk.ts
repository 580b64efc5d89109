import { equalBytes, type Bytes } from '@strongroom/core';
import { epochOf } from '../hsm/epoch.ts';
import { isHsmError } from '../hsm/hsm-error.ts';
import type { ListedValue, RecordStore } from '../records/record-store.ts';
import { FLEET_STATE_ID } from './fleet-record.ts';

/** How a walk over the store goes. */
export interface WalkOptions {
  readonly store: RecordStore;
  /** Values listed at once. */
  readonly page: number;
  readonly perSecond: number;
  /** Whether to stop after a page, to go on later. */
  readonly isOver: () => boolean;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Where a walk has come to. */
export interface Walked {
  readonly after: Bytes | undefined;
  /** Values looked at. */
  readonly seen: number;
  readonly isWhole: boolean;
}

/** Looks at stored values in the order of their ids, those after an id, slowly enough for others to be served. */
export async function walk(
  after: Bytes | undefined,
  options: WalkOptions,
  look: (value: ListedValue) => Promise<void>,
): Promise<Walked> {
  const { store, page, perSecond, isOver, sleep } = options;
  for (let at = after, seen = 0; ;) {
    const values = await store.list(at, page);
    for (const value of values) if (!equalBytes(value.id, FLEET_STATE_ID)) await look(value);
    seen += values.length;
    at = values.at(-1)?.id ?? at;
    if (values.length < page) return { after: at, seen, isWhole: true };
    if (isOver()) return { after: at, seen, isWhole: false };
    await sleep((1000 * values.length) / perSecond);
  }
}

/** The epoch that a value states; `undefined` when it states none. */
export function statedEpoch({ value }: ListedValue): number | undefined {
  try {
    return epochOf(value);
  } catch (error) {
    if (isHsmError(error, 'does-not-open')) return undefined;
    throw error;
  }
}
