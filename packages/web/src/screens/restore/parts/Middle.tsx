import type { ReactElement, ReactNode } from 'react';
import styles from './Middle.module.css';

/** What is alone on its screen: in the middle, the mark above the words. */
export function Middle({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className={styles.middle}>{children}</div>;
}
