const dim = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;

/** Tells a story in steps, with the time each took. */
export class Story {
  #step = 0;
  readonly #began = performance.now();

  /** Begins a step. */
  chapter(title: string): void {
    this.#step++;
    console.log(`\n${this.#step}. ${title}`);
  }

  /** What happened. */
  tell(...lines: readonly string[]): void {
    for (const line of lines) console.log(`   ${line}`);
  }

  /** A command that is run, as a person would type it. */
  command(line: string): void {
    console.log(style('36', `   $ ${line}`));
  }

  /** What a command said. */
  heard(text: string): void {
    for (const line of text.trimEnd().split('\n')) if (line !== '') console.log(style('2', `     ${line}`));
  }

  /** How long it all took. */
  end(): void {
    const seconds = (performance.now() - this.#began) / 1000;
    console.log(`\nAll of it took ${seconds.toFixed(0)} seconds.`);
  }
}

function style(code: string, text: string): string {
  return dim ? `\u001B[${code}m${text}\u001B[0m` : text;
}
