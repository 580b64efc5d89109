import { useId, type ReactElement, type ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Below } from './Field.tsx';
import styles from './Field.module.css';

/** A code of digits that was sent: six, unless said otherwise. One field, so that pasting and filling in work. */
export function CodeField({
  label,
  value,
  onChange,
  onComplete,
  length = 6,
  error,
  help,
  autoFocus = false,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (digits: string) => void;
  /** Called with the digits as soon as all are there. */
  readonly onComplete?: (digits: string) => void;
  readonly length?: number;
  readonly error?: ReactNode;
  readonly help?: ReactNode;
  readonly autoFocus?: boolean;
}): ReactElement {
  const id = useId();
  const change = (typed: string): void => {
    const digits = typed.replaceAll(/\D/g, '').slice(0, length);
    onChange(digits);
    if (digits.length === length && digits !== value) onComplete?.(digits);
  };
  const wrong = error !== undefined && error !== '';
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <div className={classNames(styles.box, wrong && styles.wrong)}>
        <input
          id={id}
          value={value}
          onChange={(event) => change(event.target.value)}
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus={autoFocus}
          placeholder={'·'.repeat(length)}
          aria-invalid={wrong || undefined}
          aria-describedby={`${id}-below`}
          className={styles.code}
        />
      </div>
      <Below id={`${id}-below`} error={wrong ? error : undefined} help={help} />
    </div>
  );
}
