import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { offsetOf, rememberOffset } from './scroll-memory.ts';
import styles from './VirtualList.module.css';

/** A row that is to be seen. A new object scrolls anew. */
export interface ScrollTarget {
  readonly index: number;
  readonly align: 'start' | 'center' | 'end';
}

/** What a long list is given. */
export interface VirtualListProps {
  /** Read aloud. */
  readonly label: string;
  readonly count: number;
  /** Pixels of a row, as long as it was not measured. */
  readonly estimate: number;
  readonly render: (index: number) => ReactNode;
  /** What stays the same for a row while others come before it. Its index, unless said otherwise. */
  readonly keyOf?: (index: number) => string | number;
  /** `end`: starts at its end and stays there while rows are added: a conversation. */
  readonly startAt?: 'start' | 'end';
  readonly scrollTo?: ScrollTarget;
  /** Rows about to be seen, `from` included, `to` not: to read them. Called when that changes. */
  readonly onRange?: (from: number, to: number) => void;
  /** Under which name its place is remembered when one comes back; without it, it is not. */
  readonly memory?: string;
}

/** A list of which only what is seen exists: for 100,000 rows of different heights. Fills what it is in. */
export function VirtualList(props: VirtualListProps): ReactElement {
  const { label, count, estimate, render, keyOf, startAt = 'start', scrollTo, onRange, memory } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimate,
    overscan: 8,
    ...(keyOf && { getItemKey: keyOf }),
    ...(startAt === 'end' && { anchorTo: 'end' as const, followOnAppend: true }),
    ...(startAt === 'start' && { initialOffset: () => offsetOf(memory) }),
  });
  const toTarget = useCallback((): void => {
    if (scrollTo !== undefined) virtualizer.scrollToIndex(scrollTo.index, { align: scrollTo.align });
  }, [scrollTo, virtualizer]);
  // Whoever opens it at a row does not begin at its end.
  useStart(scroller, startAt === 'start' ? offsetOf(memory) : undefined, count, () =>
    scrollTo === undefined ? virtualizer.scrollToEnd() : toTarget(),
  );
  useEffect(toTarget, [toTarget]);
  const rows = virtualizer.getVirtualItems();
  const from = rows[0]?.index ?? 0;
  const to = (rows.at(-1)?.index ?? -1) + 1;
  useEffect(() => onRange?.(from, to), [from, to, onRange]);
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      tabIndex={0}
      role="region"
      aria-label={label}
      onScroll={(event) => rememberOffset(memory, event.currentTarget.scrollTop)}
    >
      <div role="list" className={styles.inner} style={{ height: virtualizer.getTotalSize() }}>
        {rows.map(({ index, key, start }) => (
          <div
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            role="listitem"
            aria-setsize={count}
            aria-posinset={index + 1}
            className={styles.row}
            style={{ transform: `translateY(${start}px)` }}
          >
            {render(index)}
          </div>
        ))}
      </div>
    </div>
  );
}

// Rows may come after the list: it goes to its first place when there is one.
function useStart(
  scroller: React.RefObject<HTMLDivElement | null>,
  offset: number | undefined,
  count: number,
  toEnd: () => void,
): void {
  const started = useRef(false);
  useEffect(() => {
    if (started.current || count === 0) return undefined;
    // Only when the rows have a height is there an end to go to.
    const frame = requestAnimationFrame(() => {
      started.current = true;
      if (offset === undefined) toEnd();
      else scroller.current?.scrollTo({ top: offset });
    });
    return () => cancelAnimationFrame(frame);
  });
}
