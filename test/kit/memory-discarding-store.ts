import type { ObjectStore } from '@strongroom/archive';
import { StrongroomError } from '@strongroom/core';

/** A store that keeps of packs no more than their names and sizes. */
export function discarding(store: ObjectStore): ObjectStore {
  const packs = new Map<string, number>();
  return {
    description: `${store.description}, without packs`,
    async put(name, bytes, options) {
      if (!isPack(name)) return store.put(name, bytes, options);
      packs.set(name, bytes.length);
    },
    async get(name, options) {
      if (isPack(name)) throw new StrongroomError('object-missing', { object: name });
      return store.get(name, options);
    },
    remove: (name, options) => store.remove(name, options),
    async *list(prefix, options) {
      yield* store.list(prefix, options);
      for (const [name, size] of packs) if (name.startsWith(prefix)) yield { name, size };
    },
  };
}

function isPack(name: string): boolean {
  return name.includes('/packs/');
}
