import { useId, type ComponentProps, type ReactElement, type ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './Field.module.css';

/** What a field is given: what `input` takes, and these. */
export interface FieldProps extends Omit<ComponentProps<'input'>, 'className' | 'onChange' | 'value'> {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Below it, as long as nothing is wrong. */
  readonly help?: ReactNode;
  /** What is wrong with what was typed. */
  readonly error?: ReactNode;
  /** In it, at its end: an icon button. */
  readonly end?: ReactNode;
  /** Figures and hexadecimal digits, each as wide as the other. */
  readonly mono?: boolean;
}

/** One line to type in. */
export function Field({
  label,
  value,
  onChange,
  help,
  error,
  end,
  mono = false,
  id,
  ...rest
}: FieldProps): ReactElement {
  const own = useId();
  const input = id ?? own;
  const wrong = error !== undefined && error !== '';
  return (
    <div className={styles.field}>
      <label htmlFor={input} className={styles.label}>
        {label}
      </label>
      <div className={classNames(styles.box, wrong && styles.wrong)}>
        <input
          {...rest}
          id={input}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-invalid={wrong || undefined}
          aria-describedby={`${input}-below`}
          className={classNames(styles.input, mono && styles.mono)}
        />
        {end}
      </div>
      <Below id={`${input}-below`} error={wrong ? error : undefined} help={help} />
    </div>
  );
}

/** The line below a field; read aloud when an error comes. */
export function Below({
  id,
  error,
  help,
}: {
  readonly id: string;
  readonly error: ReactNode;
  readonly help: ReactNode;
}): ReactElement {
  return (
    <div id={id} aria-live="polite" className={error === undefined ? styles.help : styles.error}>
      {error ?? help}
    </div>
  );
}
