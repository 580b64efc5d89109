// Runs in the page: it stands alone, and takes nothing from outside.

/** What one clicks, and what shows that it was answered: CSS selectors. */
export interface Question {
  readonly press: string;
  readonly answer: string;
}

/** When there was something to click, and when it had answered, and was painted: milliseconds since one asked for the page. */
export interface Usable {
  readonly shown: number;
  readonly answered: number;
}

/** Clicks as soon as there is something to click, again and again until it answers, as a person does. */
export async function untilUsable({ press, answer }: Question): Promise<Usable> {
  let shown: number | undefined;
  for (;;) {
    const target = document.querySelector<HTMLElement>(press);
    if (target !== null) shown ??= performance.now();
    const isAnswered = document.querySelector(answer) !== null;
    if (!isAnswered) target?.click();
    // What follows a frame is after it was painted.
    await new Promise((resolve) => {
      requestAnimationFrame(() => setTimeout(resolve));
    });
    if (isAnswered) return { shown: shown ?? 0, answered: performance.now() };
  }
}
