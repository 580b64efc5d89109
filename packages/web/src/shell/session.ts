import type { Engine, EngineState, Problem } from '../engine/contract.ts';
import { problemOf } from '../words/sentence-of.ts';
import { storeOf, type Store } from './store.ts';

/** The engine, as the page has it. */
export interface EngineConnection {
  readonly engine: Engine;
  readonly state: Store<EngineState>;
  /** Ends the engine; its files are closed when it resolves. */
  close(): Promise<void>;
}

/** Whether this tab is the one that works. */
export type Session =
  | { readonly tab: 'asking' | 'elsewhere' }
  | { readonly tab: 'ours'; readonly connection?: EngineConnection; readonly problem?: Problem };

/** A session that takes part in who may work. */
export interface OneTab extends Store<Session> {
  /** Makes this tab the one that works; the one that was closes its files first. */
  readonly takeOver: () => void;
}

const lockName = 'strongroom-tab';
const giveWay = 'give way';
// How long another tab may take to close its files, milliseconds.
const patience = 5000;

/** Asks to be the one tab that works, and starts the engine when it is. @param connect starts the engine, if there is one */
export function joinTabs(connect: () => Promise<EngineConnection | undefined>): OneTab {
  const session = storeOf<Session>({ tab: 'asking' });
  const channel = new BroadcastChannel(lockName);
  const tellOthers: (message: string) => void = channel.postMessage.bind(channel);
  let leave: (() => Promise<void>) | undefined;

  const work = async (lock: Lock | null): Promise<void> => {
    if (lock === null) return session.set({ tab: 'elsewhere' });
    const started = start(connect, (next) => session.set(next));
    await new Promise<void>((resolve) => {
      leave = async () => {
        session.set({ tab: 'elsewhere' });
        await (await started)?.close();
        resolve();
      };
    });
  };
  const ask = async (options: LockOptions): Promise<void> => {
    try {
      await navigator.locks.request(lockName, options, work);
    } catch {
      // Not given in time: it is taken. Or it was taken from us: then we stop.
      if (options.signal?.aborted === true && session.get().tab !== 'ours') return ask({ steal: true });
      await leave?.();
    }
  };
  channel.addEventListener('message', ({ data }) => {
    if (data === giveWay) void leave?.();
  });
  void ask({ ifAvailable: true });
  return {
    ...session,
    takeOver: () => {
      session.set({ tab: 'asking' });
      tellOthers(giveWay);
      void ask({ signal: AbortSignal.timeout(patience) });
    },
  };
}

async function start(
  connect: () => Promise<EngineConnection | undefined>,
  tell: (session: Session) => void,
): Promise<EngineConnection | undefined> {
  try {
    const connection = await connect();
    tell({ tab: 'ours', ...(connection && { connection }) });
    return connection;
  } catch (error) {
    tell({ tab: 'ours', problem: problemOf(error) });
    return undefined;
  }
}
