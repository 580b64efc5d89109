import { useId, type ReactElement, type ReactNode } from 'react';
import styles from './Card.module.css';
import { classNames } from './class-names.ts';

/** A card with room inside. */
export function Card({
  children,
  tone = 'plain',
}: {
  readonly children: ReactNode;
  readonly tone?: 'plain' | 'brass';
}): ReactElement {
  return <div className={classNames(styles.card, styles.padded, styles[tone])}>{children}</div>;
}

/** Rows in one card, a small heading above and a note below. */
export function RowGroup({
  title,
  note,
  children,
}: {
  readonly title?: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  const id = useId();
  return (
    <section aria-labelledby={title === undefined ? undefined : id} className={styles.group}>
      {title !== undefined && (
        <h2 id={id} className={styles.heading}>
          {title}
        </h2>
      )}
      <div className={classNames(styles.card, styles.rows)}>{children}</div>
      {note !== undefined && <p className={styles.note}>{note}</p>}
    </section>
  );
}
