import { Eye, EyeOff } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useWords } from '../words/use-words.ts';
import { classNames } from './class-names.ts';
import { Field, type FieldProps } from './Field.tsx';
import styles from './Field.module.css';
import { IconButton } from './IconButton.tsx';

/** What a password field is given: what `Field` is given, and these. */
export interface PasswordFieldProps extends Omit<FieldProps, 'type' | 'end' | 'autoComplete'> {
  /** For password managers: whether it is chosen here or asked for. */
  readonly purpose: 'new' | 'current';
  /** From 0 (none) to 4; absent: no bar is shown. */
  readonly strength?: 0 | 1 | 2 | 3 | 4;
}

/** A password: shown and hidden, and how strong it is. */
export function PasswordField({ purpose, strength, ...rest }: PasswordFieldProps): ReactElement {
  const words = useWords();
  const [shown, setShown] = useState(false);
  const toggle = (
    <IconButton
      icon={shown ? EyeOff : Eye}
      label={shown ? words.common.hidePassword : words.common.showPassword}
      aria-pressed={shown}
      onClick={() => setShown(!shown)}
    />
  );
  return (
    <div className={styles.field}>
      <Field
        {...rest}
        type={shown ? 'text' : 'password'}
        autoComplete={`${purpose}-password`}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        maxLength={1024}
        end={toggle}
      />
      {strength !== undefined && rest.value !== '' && <Strength strength={strength} />}
    </div>
  );
}

function Strength({ strength }: { readonly strength: 0 | 1 | 2 | 3 | 4 }): ReactElement {
  const words = useWords();
  return (
    <>
      <div aria-hidden className={classNames(styles.meter, styles[`strength${strength}`])}>
        {[0, 1, 2, 3].map((step) => (
          <span key={step} />
        ))}
      </div>
      <div className={styles.help} role="status">
        {words.common.strength[strength]}
      </div>
    </>
  );
}
