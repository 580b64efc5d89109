import { sizeText, spanText } from './words.ts';

/** How far something is. */
export interface Advance {
  readonly done: number;
  readonly total: number;
  readonly secondsLeft?: number | undefined;
}

const width = 24;
const redrawEvery = 80;

/** One line that shows how far a command is and draws itself over. */
export class ProgressLine {
  readonly #label: string;
  readonly #stream: NodeJS.WriteStream | undefined;
  #drawnAt = 0;

  constructor(label: string, stream: NodeJS.WriteStream | undefined) {
    this.#label = label;
    this.#stream = stream;
  }

  /** Whether anybody sees it; what would be shown need not be found out otherwise. */
  get isWatched(): boolean {
    return this.#stream !== undefined;
  }

  /** Shows bytes done of a total. */
  advance({ done, total, secondsLeft }: Advance): void {
    const now = Date.now();
    if (this.#stream === undefined || now - this.#drawnAt < redrawEvery) return;
    this.#drawnAt = now;
    const share = total === 0 ? 0 : Math.min(1, done / total);
    const bar = '━'.repeat(Math.round(share * width)).padEnd(width, '─');
    const left = secondsLeft === undefined ? '' : ` · ${spanText(secondsLeft)} left`;
    const text = `${this.#label} ${bar} ${Math.floor(share * 100)} % · ${sizeText(done)} of ${sizeText(total)}${left}`;
    this.#stream.write(`\r\u001B[2K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#drawnAt > 0) this.#stream?.write('\r\u001B[2K');
  }
}
