import { ChevronRight, type LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { classNames } from './class-names.ts';
import styles from './Row.module.css';

/** What a row is given. With `href` it leads somewhere, with `onClick` it does something, else it tells something. */
export interface RowProps {
  readonly title: ReactNode;
  readonly detail?: ReactNode;
  /** At its end: "daily", "3". */
  readonly value?: ReactNode;
  readonly icon?: LucideIcon;
  /** Instead of an icon: an `Avatar`, a `Dial`. */
  readonly start?: ReactNode;
  /** At its end, after the value: a small control or badge. */
  readonly end?: ReactNode;
  readonly tone?: 'plain' | 'accent' | 'brass' | 'danger';
  readonly href?: string;
  readonly onClick?: () => void;
  /** It leads to what the other pane shows. */
  readonly current?: boolean;
}

/** A row of a list, 56 px or more. */
export function Row({ href, onClick, current, ...parts }: RowProps): ReactElement {
  const tone = styles[parts.tone ?? 'plain'];
  if (href !== undefined)
    return (
      <Link
        href={href}
        aria-current={current === true ? 'page' : undefined}
        className={classNames(styles.row, styles.live, tone)}
      >
        <Parts {...parts} />
        <ChevronRight size={18} aria-hidden className={styles.chevron} />
      </Link>
    );
  if (onClick !== undefined)
    return (
      <button type="button" onClick={onClick} className={classNames(styles.row, styles.live, tone)}>
        <Parts {...parts} />
      </button>
    );
  return (
    <div className={classNames(styles.row, tone)}>
      <Parts {...parts} />
    </div>
  );
}

function Parts({ title, detail, value, icon: Icon, start, end }: RowProps): ReactElement {
  return (
    <>
      {start ?? (Icon && <Icon size={22} aria-hidden className={styles.icon} />)}
      <span className={styles.words}>
        <span className={styles.title}>{title}</span>
        {detail !== undefined && <span className={styles.detail}>{detail}</span>}
      </span>
      {value !== undefined && <span className={styles.value}>{value}</span>}
      {end}
    </>
  );
}
