import type { ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Field } from '../../../design/Field.tsx';
import { PasswordField } from '../../../design/PasswordField.tsx';
import { Sheet } from '../../../design/Sheet.tsx';
import { Note, Stack } from '../../../design/Stack.tsx';
import { useWords } from '../../../words/use-words.ts';
import { offerToPasswordManager } from './password-credential.ts';

/** A form as password managers know it: they offer to keep what is in it when it is sent. */
export function PasswordManagerSheet({
  open,
  onClose,
  onSaved,
  account,
  digits,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onSaved: () => void;
  readonly account: string;
  readonly digits: string;
}): ReactElement {
  const { key } = useWords();
  const name = key.managerName(account);
  const keep = async (): Promise<void> => {
    await offerToPasswordManager(name, digits);
    onSaved();
  };
  return (
    <Sheet open={open} onClose={onClose} title={key.manager}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <Stack>
          <Note>{key.managerHelp}</Note>
          <Field
            label={key.managerUser}
            value={name}
            onChange={() => undefined}
            readOnly
            autoComplete="username"
          />
          <PasswordField label={key.title} value={digits} onChange={() => undefined} purpose="new" />
          <Button type="submit" variant="primary" wide>
            {key.managerSave}
          </Button>
        </Stack>
      </form>
    </Sheet>
  );
}
