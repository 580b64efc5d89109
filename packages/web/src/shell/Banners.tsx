import { CloudOff } from 'lucide-react';
import type { ReactElement } from 'react';
import { useWords } from '../words/use-words.ts';
import styles from './Banners.module.css';
import { useOnline } from './online.ts';
import type { Update } from './service-worker-client.ts';
import type { OneTab } from './session.ts';
import type { Store } from './store.ts';
import { UpdateNotice } from './UpdateNotice.tsx';

/** What concerns the whole app, above it: no network, a newer version. */
export function Banners({
  update,
  tabs,
}: {
  readonly update: Store<Update | undefined>;
  readonly tabs: OneTab | undefined;
}): ReactElement {
  const words = useWords();
  const online = useOnline();
  return (
    <div role="status" className={styles.banners}>
      {!online && (
        <p className={styles.banner}>
          <CloudOff size={18} aria-hidden />
          {words.shell.offline}
        </p>
      )}
      <UpdateNotice update={update} tabs={tabs} />
    </div>
  );
}
