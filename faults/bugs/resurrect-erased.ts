import { setTimeout as pause } from 'node:timers/promises';
import { toHex, type Bytes } from '@strongroom/core';
import type { RecordStore } from '@strongroom/vault';
import { serving } from '../nodes/serving.ts';
import { over } from './over.ts';

// After an Erase, milliseconds.
const delay = 100;

/** Puts back the old copy of a record a moment after it was erased, as a careless restore of a backup would. */
export function resurrectErased(inner: RecordStore): RecordStore {
  const copies = new Map<string, Bytes>();
  const restore = async (id: Bytes, copy: Bytes): Promise<void> => {
    await pause(delay);
    const stored = await inner.read(id);
    await inner.replace(id, copy, stored?.revision);
  };
  return over(inner, {
    read: async (id) => {
      const stored = await inner.read(id);
      if (stored !== undefined) copies.set(toHex(id), stored.value);
      return stored;
    },
    replace: async (id, value, revision) => {
      const copy = copies.get(toHex(id));
      const outcome = await inner.replace(id, value, revision);
      if (outcome === 'committed' && copy !== undefined && serving.getStore()?.kind === 'erase')
        serving.exit(() => void restore(id, copy).catch(() => undefined));
      return outcome;
    },
  });
}
