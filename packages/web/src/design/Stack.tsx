import type { ReactElement, ReactNode } from 'react';
import styles from './Stack.module.css';
import { classNames } from './class-names.ts';

/** Things below each other. `gap` counts steps of 4 px. */
export function Stack({
  children,
  gap = 4,
  align = 'stretch',
}: {
  readonly children: ReactNode;
  readonly gap?: 1 | 2 | 3 | 4 | 6 | 8;
  readonly align?: 'stretch' | 'start' | 'center';
}): ReactElement {
  return <div className={classNames(styles.stack, styles[`gap${gap}`], styles[align])}>{children}</div>;
}

/** Things beside each other that go on in the next line when there is no room. */
export function Line({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className={styles.line}>{children}</div>;
}

/** Second-rank text: what explains, or small print. */
export function Note({ children }: { readonly children: ReactNode }): ReactElement {
  return <p className={styles.note}>{children}</p>;
}
