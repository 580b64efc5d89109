/** How far a backup, restore, check or prune has come. Bytes are plaintext, except `uploadedBytes`. */
export interface Progress {
  readonly phase: 'scan' | 'backup' | 'restore' | 'verify' | 'prune' | 'finish';
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Bytes that were sent to the cloud. */
  readonly uploadedBytes: number;
  /** The path at hand. */
  readonly currentFile?: string;
  /** Estimated from the speed so far; absent as long as nothing can be said. */
  readonly secondsLeft?: number;
}

export type OnProgress = (progress: Progress) => void;

/** Counts what is done and tells it. */
export class ProgressMeter {
  readonly #listener: OnProgress | undefined;
  readonly #now: () => number;
  #progress: Progress;
  #began: number;

  /** @param now milliseconds of a clock */
  constructor(phase: Progress['phase'], listener: OnProgress | undefined, now: () => number = Date.now) {
    this.#listener = listener;
    this.#now = now;
    this.#began = now();
    this.#progress = { phase, filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0, uploadedBytes: 0 };
  }

  /** Whether anybody listens; totals need not be counted otherwise. */
  get heard(): boolean {
    return this.#listener !== undefined;
  }

  /** Begins a phase whose totals are known. */
  begin(phase: Progress['phase'], totals: { files: number; bytes: number }): void {
    this.#began = this.#now();
    this.#tell({ phase, filesTotal: totals.files, bytesTotal: totals.bytes });
  }

  /** Goes on to a phase without totals of its own. */
  phase(phase: Progress['phase']): void {
    this.#tell({ phase });
  }

  file(currentFile: string): void {
    this.#tell({ currentFile });
  }

  fileDone(): void {
    this.#tell({ filesDone: this.#progress.filesDone + 1 });
  }

  bytes(count: number): void {
    this.#tell({ bytesDone: this.#progress.bytesDone + count });
  }

  uploaded(count: number): void {
    this.#tell({ uploadedBytes: this.#progress.uploadedBytes + count });
  }

  #tell(change: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...change };
    if (!this.#listener) return;
    const secondsLeft = this.#secondsLeft();
    this.#listener(secondsLeft === undefined ? this.#progress : { ...this.#progress, secondsLeft });
  }

  #secondsLeft(): number | undefined {
    const { bytesDone, bytesTotal } = this.#progress;
    const seconds = (this.#now() - this.#began) / 1000;
    if (bytesDone === 0 || seconds < 1) return undefined;
    return Math.round((seconds / bytesDone) * Math.max(0, bytesTotal - bytesDone));
  }
}
