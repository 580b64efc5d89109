// These run in the page: they stand alone, and take nothing from outside.

/** What a page's thread was doing since it was asked last. Milliseconds. */
export interface ThreadReport {
  /** Tasks of more than 50 ms. */
  readonly longTasks: readonly number[];
}

/** Notes every long task of the page, from its beginning on. */
export function watchThread(): void {
  const noted: number[] = [];
  const note = (list: PerformanceObserverEntryList): void => {
    noted.push(...list.getEntries().map(({ duration }) => duration));
  };
  const observer = new PerformanceObserver(note);
  observer.observe({ type: 'longtask', buffered: true });
  Object.assign(globalThis, {
    takeLongTasks: () => {
      noted.push(...observer.takeRecords().map(({ duration }) => duration));
      return noted.splice(0);
    },
  });
}

/** The long tasks since this was called last. */
export function takeThreadReport(): ThreadReport {
  const { takeLongTasks } = globalThis as unknown as { readonly takeLongTasks: () => number[] };
  return { longTasks: takeLongTasks() };
}
