import type { AriaAttributes, ReactElement } from 'react';
import type { Words } from '../words/en.ts';
import type { Format } from '../words/format.ts';
import { useFormat, useWords } from '../words/use-words.ts';
import { classNames } from './class-names.ts';
import styles from './Dial.module.css';
import { Quarters } from './Quarters.tsx';

const ticks = 10;

/** What a dial is given: nothing for the bare mark, `progress`, or `tries`; never both. */
export interface DialProps {
  /** Pixels; 28 beside text, 96 and more as a screen's centre. */
  readonly size?: number;
  /** From 0 to 1: fills the ring. */
  readonly progress?: number;
  /** Dims a tick for each try that is gone. */
  readonly tries?: { readonly left: number; readonly limit: number };
  /** Read aloud. Without it the dial is an ornament. */
  readonly label?: string;
  readonly tone?: 'accent' | 'brass' | 'danger';
}

/** The mark: a ring of ten ticks round a keyhole dot. Also the progress of a backup, and the tries that are left. */
export function Dial({ label, ...look }: DialProps): ReactElement {
  const { common } = useWords();
  const format = useFormat();
  if (label === undefined) return <Face {...look} aria-hidden />;
  if (look.progress === undefined) return <Face {...look} role="img" aria-label={label} />;
  return (
    <>
      <Face {...look} aria-label={label} {...progressBar(look.progress, common, format)} />
      <Quarters label={label} part={look.progress} />
    </>
  );
}

function Face({
  size = 28,
  progress,
  tries,
  tone = 'accent',
  ...spoken
}: Omit<DialProps, 'label'> & AriaAttributes & { readonly role?: string }): ReactElement {
  const lit = (tick: number): boolean => isLit(tick, progress, tries);
  return (
    <svg
      viewBox="0 0 100 100"
      width={size}
      height={size}
      {...spoken}
      className={classNames(styles.dial, styles[tone])}
    >
      {Array.from({ length: ticks }, (_, tick) => (
        <path
          key={tick}
          d="M42.9 7.6a43 43 0 0 1 14.2 0"
          transform={`rotate(${(360 / ticks) * (tick + 0.5)} 50 50)`}
          className={lit(tick) ? styles.tick : styles.dim}
        />
      ))}
      <Ring progress={progress ?? 1} />
      <circle cx="50" cy="45.5" r="9.5" className={styles.hole} />
      <path
        d="M50 45 57 66 a2.5 2.5 0 0 1 -2.4 3.2 h-9.2 a2.5 2.5 0 0 1 -2.4 -3.2 z"
        className={styles.hole}
      />
    </svg>
  );
}

function Ring({ progress }: { readonly progress: number }): ReactElement {
  const part = Math.min(1, Math.max(0, progress)) * 100;
  return (
    <>
      <circle cx="50" cy="50" r="30" className={styles.track} />
      <circle
        cx="50"
        cy="50"
        r="30"
        pathLength="100"
        strokeDasharray={`${part} 100`}
        transform="rotate(-90 50 50)"
        className={part === 0 ? styles.none : styles.ring}
      />
    </>
  );
}

function isLit(tick: number, progress: DialProps['progress'], tries: DialProps['tries']): boolean {
  if (tries !== undefined) return tick < Math.round((tries.left / Math.max(1, tries.limit)) * ticks);
  return progress === undefined || tick < Math.floor(progress * ticks);
}

function progressBar(
  progress: number,
  words: Words['common'],
  format: Format,
): AriaAttributes & { readonly role: string } {
  const part = Math.min(1, Math.max(0, progress));
  return {
    role: 'progressbar',
    'aria-valuemin': 0,
    'aria-valuemax': 100,
    'aria-valuenow': Math.round(part * 100),
    'aria-valuetext': words.progress(part, format),
  };
}
