import { readFileSync, writeFileSync } from 'node:fs';
import type { Event } from './events.ts';

/** Reads the lines of several files as one history, in the order of time. A last line that was cut off is left out. */
export function readHistory(paths: readonly string[]): readonly Event[] {
  return paths.flatMap(readEvents).toSorted((a, b) => a.at - b.at);
}

/** Writes a history as JSON lines. */
export function writeHistory(path: string, history: readonly Event[]): void {
  writeFileSync(path, history.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

function readEvents(path: string): readonly Event[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  // Without its end of line, the last one was being written when its process was killed.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Event);
}
