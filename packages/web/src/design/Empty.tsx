import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Dial } from './Dial.tsx';
import styles from './Empty.module.css';

/** A screen or list with nothing in it: what could be here, and how it gets here. */
export function Empty({
  title,
  children,
  action,
  icon: Icon,
}: {
  readonly title?: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** Instead of the dial. */
  readonly icon?: LucideIcon;
}): ReactElement {
  return (
    <div className={styles.empty}>
      <div className={styles.mark}>
        {Icon ? <Icon size={56} strokeWidth={1.25} aria-hidden /> : <Dial size={72} />}
      </div>
      {title !== undefined && <h2>{title}</h2>}
      {children !== undefined && <div className={styles.words}>{children}</div>}
      {action}
    </div>
  );
}
