import type { ReactElement, ReactNode } from 'react';
import styles from './Choices.module.css';

/** A row to tick: "I have saved the key". It takes effect with the form it is in. */
export function CheckRow({
  label,
  detail,
  checked,
  onChange,
}: {
  readonly label: ReactNode;
  readonly detail?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}): ReactElement {
  return (
    <label className={styles.row}>
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className={styles.check}
      />
      <span className={styles.words}>
        <span>{label}</span>
        {detail !== undefined && <span className={styles.detail}>{detail}</span>}
      </span>
    </label>
  );
}
