import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { RecordStore } from '@strongroom/vault';

/** The moment at which the power is cut: right before or right after a write, counted from 1. */
export interface CrashPoint {
  readonly write: number;
  readonly when: 'before' | 'after';
}

/** From now on writes are counted, and the power is cut at the point; without one they are only counted. */
export function armCrash(crashFile: string, point?: CrashPoint): void {
  writeFileSync(crashFile, JSON.stringify(point ?? {}));
}

/** How many writes were begun since the crash was armed. */
export function writesCounted(crashFile: string): number {
  const counter = counterOf(crashFile);
  return existsSync(counter) ? readFileSync(counter).length : 0;
}

/** Records whose process kills itself at the point that the crash file names, once that file is there. */
export function crashingRecords(records: RecordStore, crashFile: string): RecordStore {
  return {
    read: (id) => records.read(id),
    list: (after, limit) => records.list(after, limit),
    forgetOldValues: () => records.forgetOldValues(),
    close: () => records.close(),
    replace: async (id, value, expectedRevision) => {
      const point = nextPoint(crashFile);
      if (point === 'before') await die();
      const outcome = await records.replace(id, value, expectedRevision);
      if (point === 'after') await die();
      return outcome;
    },
  };
}

function nextPoint(crashFile: string): CrashPoint['when'] | undefined {
  if (!existsSync(crashFile)) return undefined;
  appendFileSync(counterOf(crashFile), '.');
  const { write, when } = JSON.parse(readFileSync(crashFile, 'utf8')) as Partial<CrashPoint>;
  return writesCounted(crashFile) === write ? when : undefined;
}

function counterOf(crashFile: string): string {
  return `${crashFile}.writes`;
}

function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
}
