import { useRef, useState } from 'react';
import type { Problem, Proof } from '../../../engine/contract.ts';
import { useEngine } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';

/** Opening the backup that was found. */
export interface Opening {
  readonly busy: boolean;
  readonly problem?: Problem;
  /** The person takes an older backup than the newest one known. */
  readonly acceptsOlder: boolean;
  /** Opens it, and has the messages brought back. */
  readonly open: (unlocking: Proof) => Promise<boolean>;
  /** The same once more on the password of a change that was not finished; costs one more try. */
  readonly tryUnfinished: () => Promise<boolean>;
  /** The same once more, though the cloud shows an older backup. Where nothing was typed on this page, it is asked for. */
  readonly acceptOlder: () => Promise<boolean>;
  /** Forgets the problem, because something was typed. */
  readonly clear: () => void;
}

/** Opens the backup, and remembers how while it is not open: what was typed stays in this page alone. */
export function useOpening(): Opening {
  const engine = useEngine();
  const { run, ...command } = useCommand();
  const typed = useRef<Proof>(undefined);
  const [acceptsOlder, setAcceptsOlder] = useState(false);
  const restore = async (options: Parameters<typeof engine.restore>[1]): Promise<boolean> => {
    const unlocking = typed.current;
    if (unlocking === undefined) return false;
    const opened = await run(async () => engine.restore(unlocking, options));
    if (opened) typed.current = undefined;
    return opened;
  };
  return {
    ...command,
    acceptsOlder,
    open: (unlocking) => {
      typed.current = unlocking;
      return restore({ acceptOlder: acceptsOlder });
    },
    tryUnfinished: () => restore({ tryUnfinished: true, acceptOlder: acceptsOlder }),
    acceptOlder: () => {
      if (typed.current === undefined) setAcceptsOlder(true);
      return restore({ acceptOlder: true });
    },
  };
}
