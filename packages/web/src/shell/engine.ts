import { createContext, use, useSyncExternalStore } from 'react';
import { StrongroomError } from '@strongroom/core';
import type { Engine, EngineState } from '../engine/contract.ts';
import type { EngineConnection } from './session.ts';
import { storeOf, type Store } from './store.ts';

/** What is known before the engine has said anything. */
export const nothingYet: EngineState = {
  online: true,
  chats: { chats: 0, messages: 0, media: 0, mediaBytes: 0, mediaMissing: 0, revision: 0 },
  backup: {
    on: false,
    ways: { password: false, key64: 'not-chosen', passkeys: [] },
    schedule: 'daily',
    includeVideos: true,
    unsaved: { messages: 0, media: 0 },
  },
  events: [],
};

const silent: Store<EngineState> = storeOf(nothingYet);

/** The engine of what is in it. */
export const EngineContext: React.Context<EngineConnection | undefined> = createContext<
  EngineConnection | undefined
>(undefined);

/** The engine. @throws StrongroomError `bug` where there is none */
export function useEngine(): Engine {
  const connection = use(EngineContext);
  if (connection === undefined) throw new StrongroomError('bug', { where: 'the engine is missing' });
  return connection.engine;
}

/** Everything that the engine shows, as it is now; or a part of it: then one is drawn again only when that is another. */
export function useEngineState(): EngineState;
export function useEngineState<Part extends keyof EngineState>(part: Part): EngineState[Part];
export function useEngineState(part?: keyof EngineState): unknown {
  return useEngineFact((state) => (part === undefined ? state : state[part]));
}

/** Whether somebody has begun something on this device. */
export function isUsed({ account, chats }: EngineState): boolean {
  return account !== undefined || chats.chats > 0;
}

/** Whether the engine has said how things stand. */
export function useIsKnown(): boolean {
  return useEngineFact((state) => state !== nothingYet);
}

/** What follows from the state: something that is the same as long as it is equal, so no new object. */
export function useEngineFact<T>(fact: (state: EngineState) => T): T {
  const { get, subscribe } = use(EngineContext)?.state ?? silent;
  return useSyncExternalStore(subscribe, () => fact(get()));
}
