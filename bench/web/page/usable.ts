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
  const painted = (): Promise<number> =>
    new Promise((resolve) => {
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    });
  let shown: number | undefined;
  for (;;) {
    const target = document.querySelector<HTMLElement>(press);
    if (target !== null) shown ??= performance.now();
    if (document.querySelector(answer) !== null) return { shown: shown ?? 0, answered: await painted() };
    target?.click();
    await painted();
  }
}
