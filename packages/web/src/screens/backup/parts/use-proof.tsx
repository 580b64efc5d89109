import { StrongroomError } from '@strongroom/core';
import { useState, type ReactElement } from 'react';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { problemOf } from '../../../words/sentence-of.ts';
import { useWords } from '../../../words/use-words.ts';
import { ProofSheet } from './ProofSheet.tsx';

/** Asking for a proof when the engine knows of none. */
export interface AskForProof {
  /** Asks unless one was given in the last minutes. @returns whether there is one */
  readonly ensure: () => Promise<boolean>;
  /** Does something; when the engine wants a proof for it, asks and does it again. @throws StrongroomError `cancelled` */
  readonly withProof: <T>(deed: () => Promise<T>) => Promise<T>;
  /** Where it is asked: goes into the screen. */
  readonly sheet: ReactElement | undefined;
}

/** Has the person show that it's them when that is needed, in a sheet above the screen. */
export function useProof(): AskForProof {
  const { backup: words, common } = useWords();
  const engine = useEngine();
  const { provenUntil = 0 } = useEngineState('backup');
  const [asked, setAsked] = useState<PromiseWithResolvers<boolean>>();
  const ask = (): Promise<boolean> => {
    const answer = Promise.withResolvers<boolean>();
    setAsked(answer);
    return answer.promise;
  };
  const answer = (proven: boolean): void => {
    asked?.resolve(proven);
    setAsked(undefined);
  };
  const withProof = async <T,>(deed: () => Promise<T>): Promise<T> => {
    try {
      return await deed();
    } catch (error) {
      if (problemOf(error).code !== 'proof-needed') throw error;
    }
    if (!(await ask())) throw new StrongroomError('cancelled', {});
    return deed();
  };
  const sheet = asked && (
    <ProofSheet
      title={words.proofTitle}
      confirm={common.next}
      onClose={() => answer(false)}
      onProof={async (proof) => {
        await engine.prove(proof);
        answer(true);
      }}
    >
      {words.proofText}
    </ProofSheet>
  );
  return { ensure: async () => provenUntil > Date.now() || ask(), withProof, sheet };
}
