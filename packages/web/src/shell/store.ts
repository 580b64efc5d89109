import { useSyncExternalStore } from 'react';

/** A value that changes, and tells who listens. */
export interface Store<T> {
  readonly get: () => T;
  /** @returns what ends the listening */
  readonly subscribe: (listener: () => void) => () => void;
}

/** A store that its owner sets. */
export interface SettableStore<T> extends Store<T> {
  readonly set: (value: T) => void;
}

/** A store with a first value. Setting the same value tells nobody. */
export function storeOf<T>(first: T): SettableStore<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The value of a store, as it is now. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
