import { useCallback } from 'react';
import type { ChatView } from '../../../engine/contract.ts';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useRead, type Read } from './use-read.ts';

/** The chats, the newest first; read again whenever something in them changed. */
export function useChats(): Read<readonly ChatView[]> {
  const engine = useEngine();
  return useRead(useAtRevision(() => engine.chats()));
}

/** The same function until something in the chats changed. */
export function useAtRevision<T>(read: () => T, subject?: unknown): () => T {
  const { revision } = useEngineState('chats');
  // It is another function exactly when what it reads may be other.
  return useCallback(read, [revision, subject]);
}
