import { comparePaths } from '../paths.ts';

/** Values by their paths, in the order of the paths. */
export type Row = readonly [path: string, value: string];

/** The first rows whose paths are not before `from`, at most so many. */
export type ReadRows = (from: string, most: number) => readonly Row[];

const rowsAtOnce = 64;

/** Looks values up by their paths; whoever asks in the order of the paths has many read at once. */
export class ReadAhead {
  readonly #read: ReadRows;
  #rows: ReadonlyMap<string, string> = new Map();
  /** Every row is here whose path is from the first of these to the last. */
  #range: readonly [string, string] | undefined;

  constructor(read: ReadRows) {
    this.#read = read;
  }

  get(path: string): string | undefined {
    if (!this.#covers(path)) this.#readFrom(path);
    return this.#rows.get(path);
  }

  /** The rows may have changed. */
  clear(): void {
    this.#rows = new Map();
    this.#range = undefined;
  }

  #covers(path: string): boolean {
    if (!this.#range) return false;
    const [from, to] = this.#range;
    return comparePaths(from, path) <= 0 && comparePaths(path, to) <= 0;
  }

  #readFrom(path: string): void {
    const rows = this.#read(path, rowsAtOnce);
    this.#rows = new Map(rows);
    this.#range = [path, rows.at(-1)?.[0] ?? path];
  }
}
