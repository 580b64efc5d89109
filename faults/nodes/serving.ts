import { AsyncLocalStorage } from 'node:async_hooks';
import type { At, Kind } from '../history/events.ts';

/** What is known of a request while a node serves it. */
export interface Serving {
  readonly request: string;
  readonly account: string;
  kind: Kind;
  /** The version of the record that was read last, and since when. */
  read: number;
  readAt: At;
  written: number | undefined;
  /** The earliest and the latest that the node's clock has shown. */
  readonly clock: [number, number];
}

/** The request that this code runs for, if it does for one. */
export const serving: AsyncLocalStorage<Serving> = new AsyncLocalStorage();
