import { printable } from '@strongroom/core';

const usualWidth = 80;

/** Lines on a terminal that are drawn over themselves. */
export class Screen {
  readonly #stream: NodeJS.WriteStream;
  #drawn = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Shows these lines in the place of those before. */
  draw(lines: readonly string[]): void {
    const width = (this.#stream.columns || usualWidth) - 1;
    const up = this.#drawn > 0 ? `\u001B[${this.#drawn}A` : '';
    const text = lines.map((line) => `\u001B[2K${printable(line).slice(0, width)}\n`).join('');
    // What was longer before is cleared to the end.
    this.#stream.write(`${up}${text}\u001B[J`);
    this.#drawn = lines.length;
  }

  /** What was drawn stays; the next drawing begins below. */
  leave(): void {
    this.#drawn = 0;
  }
}
