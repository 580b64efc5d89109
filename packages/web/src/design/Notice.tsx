import { Info, KeyRound, TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './Notice.module.css';

/** `info` tells; `brass` concerns the key; `danger` only when something can be lost. */
export type NoticeTone = 'info' | 'brass' | 'danger';

const icons = { info: Info, brass: KeyRound, danger: TriangleAlert };

/** Something to know, in the place it concerns. */
export function Notice({
  tone = 'info',
  title,
  children,
  action,
  live = false,
}: {
  readonly tone?: NoticeTone;
  readonly title?: string;
  readonly children?: ReactNode;
  /** A `Button`, usually `quiet`. */
  readonly action?: ReactNode;
  /** It came while the screen was open: it is read aloud. */
  readonly live?: boolean;
}): ReactElement {
  const Icon = icons[tone];
  return (
    <div
      role={live ? (tone === 'danger' ? 'alert' : 'status') : undefined}
      className={classNames(styles.notice, styles[tone])}
    >
      <Icon size={20} aria-hidden className={styles.icon} />
      <div className={styles.words}>
        {title !== undefined && <p className={styles.title}>{title}</p>}
        {children !== undefined && <div>{children}</div>}
        {action !== undefined && <div className={styles.action}>{action}</div>}
      </div>
    </div>
  );
}
