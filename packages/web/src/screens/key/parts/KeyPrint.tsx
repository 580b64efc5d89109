import { type ReactElement } from 'react';
import { createPortal } from 'react-dom';
import { KeyGroups } from '../../../design/KeyGroups.tsx';
import { useFormat, useWords } from '../../../words/use-words.ts';
import styles from './KeyPrint.module.css';
import { QrCode } from './QrCode.tsx';

/** The page that is printed while a key is shown, in place of the app: one sheet of paper. */
export function KeyPrint({
  groups,
  account,
  at,
}: {
  readonly groups: readonly string[];
  readonly account: string;
  /** The day on the sheet, milliseconds since 1970. */
  readonly at: number;
}): ReactElement {
  const { key } = useWords();
  const format = useFormat();
  const sheet = (
    <div className={styles.sheet} aria-hidden>
      <p className={styles.title}>{key.paperTitle}</p>
      <p>{key.paperFor(account, format.date(at))}</p>
      <div className={styles.groups}>
        <KeyGroups groups={groups} />
      </div>
      <div className={styles.below}>
        <div className={styles.code}>
          <QrCode groups={groups} label={key.qrLabel} />
        </div>
        <div className={styles.words}>
          <p>{key.opens}</p>
          <p>{key.lost}</p>
          <p>{key.paperUse}</p>
        </div>
      </div>
    </div>
  );
  return createPortal(sheet, document.body);
}
