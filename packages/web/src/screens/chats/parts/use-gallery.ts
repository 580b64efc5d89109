import { useEffect, useState } from 'react';
import type { MessageView, Problem } from '../../../engine/contract.ts';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { problemOf } from '../../../words/sentence-of.ts';
import { readMedia } from './gallery.ts';

/** The media of a chat, the newest first. */
export interface MediaOfChat {
  /** Absent while nothing was read; the oldest come later. */
  readonly messages?: readonly MessageView[];
  /** They are all there. */
  readonly complete: boolean;
  readonly problem?: Problem;
}

/** Reads the media of a chat, again when they changed: what was read before then stays until all of it is there. */
export function useGallery(chatId: number): MediaOfChat {
  const engine = useEngine();
  const { revision } = useEngineState('chats');
  const [found, setFound] = useState<MediaOfChat>({ complete: false });
  useEffect(() => {
    let late = false;
    const read = async (): Promise<void> => {
      try {
        for await (const some of readMedia(engine, chatId)) {
          if (late) return;
          setFound((before) => (before.complete && !some.complete ? before : some));
        }
      } catch (thrown) {
        if (!late) setFound((before) => ({ ...before, problem: problemOf(thrown) }));
      }
    };
    void read();
    return () => {
      late = true;
    };
  }, [engine, chatId, revision]);
  return found;
}
