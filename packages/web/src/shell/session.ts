import type { DamagedChats, Engine, EngineState, Problem } from '../engine/contract.ts';
import { problemOf } from '../words/sentence-of.ts';
import { earlyEngine } from './early-engine.ts';
import { storeOf, type Store } from './store.ts';

/** The engine, as the page has it. */
export interface EngineConnection {
  readonly engine: Engine;
  /** `nothingYet` until it is `ready`. */
  readonly state: Store<EngineState>;
  /** Resolves when its state is known; rejects when it never will be. */
  readonly ready: Promise<void>;
  /** Ends the engine; its files are closed when it resolves. */
  close(): Promise<void>;
}

/** Whether this tab is the one that works. */
export type Session =
  | { readonly tab: 'asking' | 'elsewhere' }
  /** Its engine can be asked at once; `problem` says that it did not start. */
  | { readonly tab: 'ours'; readonly connection: EngineConnection; readonly problem?: Problem };

/** A session that takes part in who may work. */
export interface OneTab extends Store<Session> {
  /** Makes this tab the one that works; the one that was closes its files first. */
  readonly takeOver: () => void;
  /** Starts the engine once more, after it could not be for chats that are damaged. */
  readonly startDespite: (damaged: DamagedChats) => void;
  /** Resolves when it is known whether this tab is the one that works; then its engine is starting. */
  readonly asked: Promise<void>;
  /** Resolves when the engine has started, or is not going to. */
  readonly settled: Promise<void>;
}

const lockName = 'strongroom-tab';
const giveWay = 'give way';
// How long another tab may take to close its files, milliseconds.
const patience = 5000;

/**
 * Asks to be the one tab that works, and starts the engine when it is.
 * @param connect starts the engine
 * @param leaveIt hears when another tab has it
 */
export function joinTabs(
  connect: (damaged?: DamagedChats) => Promise<EngineConnection>,
  leaveIt: () => void,
): OneTab {
  const session = storeOf<Session>({ tab: 'asking' });
  const channel = new BroadcastChannel(lockName);
  const tellOthers: (message: string) => void = channel.postMessage.bind(channel);
  const asked = Promise.withResolvers<void>();
  const settled = Promise.withResolvers<void>();
  let leave: (() => Promise<void>) | undefined;
  let started: Promise<EngineConnection | undefined> = Promise.resolve(undefined);
  const begin = (damaged?: DamagedChats): void => {
    started = start(
      () => connect(damaged),
      (next) => session.set(next),
    );
  };

  const work = async (lock: Lock | null): Promise<void> => {
    if (lock === null) {
      leaveIt();
      session.set({ tab: 'elsewhere' });
      asked.resolve();
      return settled.resolve();
    }
    begin();
    asked.resolve();
    void started.then(() => settled.resolve());
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
    asked: asked.promise,
    settled: settled.promise,
    startDespite: (damaged) => {
      session.set({ tab: 'asking' });
      begin(damaged);
    },
    takeOver: () => {
      session.set({ tab: 'asking' });
      tellOthers(giveWay);
      void ask({ signal: AbortSignal.timeout(patience) });
    },
  };
}

// Screens need not wait for the engine: it takes longer to come than they do.
async function start(
  connect: () => Promise<EngineConnection>,
  tell: (session: Session) => void,
): Promise<EngineConnection | undefined> {
  const started = connect();
  const connection = earlyEngine(started);
  tell({ tab: 'ours', connection });
  try {
    const begun = await started;
    await begun.ready;
    return begun;
  } catch (error) {
    tell({ tab: 'ours', connection, problem: problemOf(error) });
    return undefined;
  }
}
