import { useState, type ReactElement } from 'react';
import { CodeField } from '../CodeField.tsx';
import { Field } from '../Field.tsx';
import { PasswordField } from '../PasswordField.tsx';
import { Stack } from '../Stack.tsx';

/** Fields, empty, filled and wrong. */
export function Fields(): ReactElement {
  const [text, setText] = useState('');
  const [password, setPassword] = useState('correct horse');
  const [code, setCode] = useState('12');
  const strength = Math.min(4, Math.floor(password.length / 4)) as 0 | 1 | 2 | 3 | 4;
  return (
    <Stack>
      <Field
        label="Your number"
        type="tel"
        value={text}
        onChange={setText}
        placeholder="+49 170 1234567"
        help="With the country in front."
      />
      <Field
        label="Group B3"
        mono
        value="7f2x"
        onChange={() => {}}
        error="Four digits from 0 to 9 or a to f."
      />
      <PasswordField
        label="Password"
        purpose="new"
        value={password}
        onChange={setPassword}
        strength={strength}
      />
      <PasswordField
        label="Password"
        purpose="current"
        value="house"
        onChange={() => {}}
        error="Wrong password. 6 of 10 tries left."
      />
      <CodeField label="Code" value={code} onChange={setCode} help="Sent to +49 170 1234567." />
      <CodeField label="Code" value="123456" onChange={() => {}} error="Wrong code. 2 tries left." />
    </Stack>
  );
}
