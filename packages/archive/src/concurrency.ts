/** Runs tasks one after the other, in the order in which they were given. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task, task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/**
 * The results of `work` in the order of the items, with up to `width` of them worked on at a time. When one
 * fails, or the caller stops, everything begun has ended before the error goes on.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      result.catch(() => undefined);
      begun.push(result);
      if (begun.length >= width) yield await begun.shift()!;
    }
    while (begun.length > 0) yield await begun.shift()!;
  } finally {
    await Promise.allSettled(begun);
  }
}

/** Works on every item, `width` at a time, in no promised order. Ends when all that was begun has ended. */
export async function forEachOf<T>(
  items: AsyncIterable<T> | Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = iterate(items);
  let failed = false;
  const worker = async (): Promise<void> => {
    for (;;) {
      const next = await iterator.next();
      if (next.done || failed) return;
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: width }, worker));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}

async function* iterate<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** Lets tasks run at the same time as long as what they need together stays within a limit. */
export class Budget {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #spent = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs a task when there is room for it. One that needs more than the limit runs alone. */
  async spend<T>(need: number, task: () => Promise<T>): Promise<T> {
    const cost = Math.min(need, this.#limit);
    while (this.#spent + cost > this.#limit)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#spent += cost;
    try {
      return await task();
    } finally {
      this.#spent -= cost;
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }
}
