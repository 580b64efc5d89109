import type { ReactElement } from 'react';
import styles from './Skeleton.module.css';

/** The shape of rows that are being read. Shown only when that takes longer than a blink. */
export function Skeleton({
  rows = 6,
  label,
}: {
  readonly rows?: number;
  readonly label: string;
}): ReactElement {
  return (
    <div role="status" aria-label={label} className={styles.skeleton}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={styles.row}>
          <span className={styles.disc} />
          <span className={styles.lines}>
            <span />
            <span />
          </span>
        </div>
      ))}
    </div>
  );
}
