import { CloudOff, RefreshCw } from 'lucide-react';
import type { ReactElement } from 'react';
import { useWords } from '../words/use-words.ts';
import styles from './Banners.module.css';
import { useOnline } from './online.ts';
import type { Update } from './service-worker-client.ts';
import { useStore, type Store } from './store.ts';

/** What concerns the whole app, above it: no network, a newer version. */
export function Banners({ update }: { readonly update: Store<Update | undefined> }): ReactElement {
  const words = useWords();
  const online = useOnline();
  const ready = useStore(update);
  return (
    <div role="status" className={styles.banners}>
      {!online && (
        <p className={styles.banner}>
          <CloudOff size={18} aria-hidden />
          {words.shell.offline}
        </p>
      )}
      {ready !== undefined && (
        <p className={styles.banner}>
          <RefreshCw size={18} aria-hidden />
          {words.shell.newVersion}
          <button type="button" onClick={ready.use} className={styles.button}>
            {words.shell.update}
          </button>
        </p>
      )}
    </div>
  );
}
