// Runs in the page: it stands alone, and takes nothing from outside.

/** What was seen while one flung. */
export interface FlingReport {
  /** Milliseconds from each frame to the next. */
  readonly frames: readonly number[];
  /** Rows that were seen, and how many of them had nothing in them yet: summed over all frames. */
  readonly rows: number;
  readonly blank: number;
  /** The longest time that something blank was seen without a break, milliseconds. */
  readonly longestBlank: number;
  /** Pixels. */
  readonly distance: number;
}

/** How one flings. */
export interface Fling {
  /** Pixels a second at first; upwards. */
  readonly speed: number;
  readonly times: number;
}

/** Flings the list of messages as a finger does: it slows down, and is flung again. */
export async function fling({ speed, times }: Fling): Promise<FlingReport> {
  const scroller = document.querySelector<HTMLElement>('[aria-label="Messages"]')!;
  // As iOS slows down, milliseconds.
  const slowing = 325;
  const frames: number[] = [];
  let [rows, blank, longestBlank, blankSince, distance] = [0, 0, 0, Number.NaN, 0];
  const look = (now: number): void => {
    const { top, bottom } = scroller.getBoundingClientRect();
    const seen = [...scroller.querySelectorAll('[role=listitem]')].filter((row) => {
      const box = row.getBoundingClientRect();
      return box.bottom > top && box.top < bottom;
    });
    const empty = seen.filter((row) => row.textContent === '').length;
    rows += Math.max(seen.length, 1);
    blank += seen.length === 0 ? 1 : empty;
    if (seen.length > 0 && empty === 0) blankSince = Number.NaN;
    else if (Number.isNaN(blankSince)) blankSince = now;
    if (!Number.isNaN(blankSince)) longestBlank = Math.max(longestBlank, now - blankSince);
  };
  for (let time = 0; time < times; time++) {
    let before = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    for (const start = before; before - start < 4 * slowing;) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      frames.push(now - before);
      look(now);
      const by = speed * Math.exp((start - now) / slowing) * ((now - before) / 1000);
      scroller.scrollTop -= by;
      distance += by;
      before = now;
    }
  }
  return { frames, rows, blank, longestBlank, distance };
}
