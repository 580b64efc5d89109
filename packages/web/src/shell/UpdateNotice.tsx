import { RefreshCw } from 'lucide-react';
import { useSyncExternalStore, type ReactElement } from 'react';
import type { EngineState } from '../engine/contract.ts';
import { useWords } from '../words/use-words.ts';
import styles from './Banners.module.css';
import { nothingYet } from './engine.ts';
import type { Update } from './service-worker-client.ts';
import type { OneTab, Session } from './session.ts';
import { storeOf, useStore, type Store } from './store.ts';

/** A newer version is there. It waits until the person says so, and advises to let what is under way be done first. */
export function UpdateNotice({
  update,
  tabs,
}: {
  readonly update: Store<Update | undefined>;
  readonly tabs: OneTab | undefined;
}): ReactElement | undefined {
  const { shell } = useWords();
  const ready = useStore(update);
  const busy = useIsBusy(tabs);
  if (ready === undefined) return undefined;
  return (
    <p className={styles.banner}>
      <RefreshCw size={18} aria-hidden />
      <span>{busy ? shell.newVersionLater : shell.newVersion}</span>
      <button type="button" onClick={ready.use} className={styles.button}>
        {shell.update}
      </button>
    </p>
  );
}

const noSession = storeOf<Session>({ tab: 'elsewhere' });
const noState = storeOf(nothingYet);

function useIsBusy(tabs: OneTab | undefined): boolean {
  const session = useStore(tabs ?? noSession);
  const { get, subscribe } = session.tab === 'ours' ? session.connection.state : noState;
  return useSyncExternalStore(subscribe, () => isBusy(get()));
}

function isBusy({ task }: EngineState): boolean {
  return task?.status === 'running' || task?.status === 'cancelling';
}
