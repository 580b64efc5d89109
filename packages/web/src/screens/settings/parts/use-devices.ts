import { useCallback, useEffect, useState } from 'react';
import type { Engine, Problem } from '../../../engine/contract.ts';
import { useEngine } from '../../../shell/engine.ts';
import { problemOf } from '../../../words/sentence-of.ts';

/** A device of the account. */
export type DeviceView = Awaited<ReturnType<Engine['devices']>>[number];

/** The devices of the account, asked anew by `again`. */
export function useDevices(): {
  readonly list?: readonly DeviceView[];
  readonly problem?: Problem;
  readonly again: () => void;
} {
  const engine = useEngine();
  const [answer, setAnswer] = useState<{
    readonly list?: readonly DeviceView[];
    readonly problem?: Problem;
  }>({});
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let late = false;
    const ask = async (): Promise<void> => {
      const next = await engine.devices().then(
        (list) => ({ list: newestFirst(list) }),
        (thrown: unknown) => ({ problem: problemOf(thrown) }),
      );
      if (!late) setAnswer(next);
    };
    void ask();
    return () => {
      late = true;
    };
  }, [engine, attempt]);
  const again = useCallback(() => setAttempt((count) => count + 1), []);
  return { ...answer, again };
}

function newestFirst(list: readonly DeviceView[]): readonly DeviceView[] {
  return list.toSorted((a, b) => (b.lastSeenAt ?? b.addedAt) - (a.lastSeenAt ?? a.addedAt));
}
