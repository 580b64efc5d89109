import { createContext, use } from 'react';
import { StrongroomError } from '@strongroom/core';
import type { Engine, EngineState } from '../engine/contract.ts';
import type { EngineConnection } from './session.ts';
import { storeOf, useStore, type Store } from './store.ts';

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

/** Everything that the engine shows, as it is now. */
export function useEngineState(): EngineState {
  return useStore(use(EngineContext)?.state ?? silent);
}
