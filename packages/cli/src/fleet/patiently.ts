import { setTimeout as pause } from 'node:timers/promises';
import { isStrongroomError } from '@strongroom/core';

const every = 300;

/** Does something that may be done twice again until etcd answers; for so many milliseconds. @throws what it threw last */
export async function patiently<T>(run: () => Promise<T>, within = 30_000): Promise<T> {
  for (const end = performance.now() + within; ; await pause(every)) {
    try {
      return await run();
    } catch (error) {
      if (!isStrongroomError(error, 'unavailable') || performance.now() > end) throw error;
    }
  }
}
