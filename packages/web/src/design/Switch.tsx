import { Switch as BaseSwitch } from '@base-ui/react/switch';
import { useId, type ReactElement, type ReactNode } from 'react';
import styles from './Choices.module.css';

/** A row that is on or off. It takes effect at once. */
export function Switch({
  label,
  detail,
  checked,
  onChange,
  disabled = false,
}: {
  readonly label: string;
  readonly detail?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}): ReactElement {
  const id = useId();
  return (
    <label htmlFor={id} className={styles.row}>
      <span className={styles.words}>
        {label}
        {detail !== undefined && (
          <span id={`${id}-detail`} className={styles.detail}>
            {detail}
          </span>
        )}
      </span>
      <BaseSwitch.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        aria-label={label}
        aria-describedby={detail === undefined ? undefined : `${id}-detail`}
        className={styles.switch}
      >
        <BaseSwitch.Thumb className={styles.thumb} />
      </BaseSwitch.Root>
    </label>
  );
}
