import { useId, type ReactElement, type ReactNode } from 'react';
import styles from './Choices.module.css';

/** One of several. */
export interface RadioOption<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly detail?: ReactNode;
}

/** Rows of which one is chosen. Keyboard: arrows. Stands in a `RowGroup` or a `Sheet`. */
export function RadioRows<V extends string>({
  label,
  value,
  options,
  onChange,
}: {
  /** Read aloud; shown by the `RowGroup` around it. */
  readonly label: string;
  readonly value: V | undefined;
  readonly options: readonly RadioOption<V>[];
  readonly onChange: (value: V) => void;
}): ReactElement {
  const name = useId();
  return (
    <fieldset className={styles.radios}>
      <legend className="visually-hidden">{label}</legend>
      {options.map(({ value: own, label: text, detail }) => (
        <label key={own} className={styles.row}>
          <input
            type="radio"
            name={name}
            value={own}
            checked={own === value}
            onChange={() => onChange(own)}
            className={styles.radio}
          />
          <span className={styles.words}>
            {text}
            {detail !== undefined && <span className={styles.detail}>{detail}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
