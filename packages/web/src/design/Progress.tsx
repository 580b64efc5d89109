import type { ReactElement, ReactNode } from 'react';
import { useFormat, useWords } from '../words/use-words.ts';
import styles from './Progress.module.css';
import { Quarters } from './Quarters.tsx';

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
  const { common } = useWords();
  const format = useFormat();
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
        aria-valuetext={value === undefined ? common.progressUnknown : common.progress(value, format)}
        className={styles.track}
      >
        <div
          className={percent === undefined ? styles.unknown : styles.bar}
          style={percent === undefined ? {} : { width: `${percent}%` }}
        />
      </div>
      <Quarters label={label} part={value} />
      {detail !== undefined && <span className={styles.detail}>{detail}</span>}
    </div>
  );
}
