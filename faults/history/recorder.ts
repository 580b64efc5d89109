import { closeSync, openSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { At, Event } from './events.ts';

/** Milliseconds of the machine's steady clock. */
export function steadyNow(): At {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

/** 16 hexadecimal digits that stand for some bytes. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

/** Writes a history down, a line an event. A line that was recorded survives the process, however it ends. */
export class Recorder {
  readonly #file: number;
  readonly #counts = new Map<Event['e'], number>();

  /** @param path made if it is not there, else written on */
  constructor(path: string) {
    this.#file = openSync(path, 'a', 0o600);
  }

  record(event: Event): void {
    writeSync(this.#file, `${JSON.stringify(event)}\n`);
    this.#counts.set(event.e, this.count(event.e) + 1);
  }

  /** How many events of a kind were recorded here. */
  count(kind: Event['e']): number {
    return this.#counts.get(kind) ?? 0;
  }

  close(): void {
    closeSync(this.#file);
  }
}
