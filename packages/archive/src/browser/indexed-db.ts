/** What a request comes to. */
export function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('the request failed')));
  });
}

/**
 * Does work in one transaction: all of it comes to be or nothing. It begins after those before it have ended.
 * @param work must not wait for anything but requests of this transaction, or it ends beforehand
 */
export async function inTransaction<T>(transaction: IDBTransaction, work: () => T | Promise<T>): Promise<T> {
  const ended = endOf(transaction);
  // It is waited for only when the work did not fail.
  ended.catch(() => undefined);
  try {
    const result = await work();
    await ended;
    return result;
  } catch (error) {
    abort(transaction);
    throw error;
  }
}

function endOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () =>
      reject(transaction.error ?? new Error('the transaction was aborted')),
    );
  });
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

const recordsAtOnce = 1000;

/** All records of a store in the order of their keys, many at a time. @param keyOf the key of a record */
export async function* batchesOf<T>(
  store: IDBObjectStore,
  keyOf: (record: T) => IDBValidKey,
): AsyncGenerator<readonly T[]> {
  for (let range: IDBKeyRange | undefined; ;) {
    const batch = await resultOf<T[]>(store.getAll(range, recordsAtOnce));
    yield batch;
    if (batch.length < recordsAtOnce) return;
    range = IDBKeyRange.lowerBound(keyOf(batch.at(-1)!), true);
  }
}
