import type { ReactElement, ReactNode } from 'react';
import styles from './Progress.module.css';

/** A bar: what is done, of how much. */
export function Progress({
  label,
  value,
  detail,
}: {
  /** What is under way. */
  readonly label: string;
  /** From 0 to 1; absent: nobody knows how much there is. */
  readonly value?: number;
  /** Below: bytes, time left. */
  readonly detail?: ReactNode;
}): ReactElement {
  const percent = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div className={styles.progress}>
      <span className={styles.label}>{label}</span>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        className={styles.track}
      >
        <div
          className={percent === undefined ? styles.unknown : styles.bar}
          style={percent === undefined ? {} : { width: `${percent}%` }}
        />
      </div>
      {detail !== undefined && <span className={styles.detail}>{detail}</span>}
    </div>
  );
}
