import type { ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { PasswordField } from '../../../design/PasswordField.tsx';
import { Stack } from '../../../design/Stack.tsx';
import { useWords } from '../../../words/use-words.ts';
import { KeyInput } from '../../key/KeyInput.tsx';
import type { Proving as ProvingState, ProvingWay } from './use-proving.ts';

/** Asks for what opens the backup, where there is one. */
export function Proving({ proving }: { readonly proving: ProvingState }): ReactElement | null {
  const { settings } = useWords();
  const { way, ways, choose, groups, setGroups, password, setPassword } = proving;
  const titles: Record<ProvingWay, string> = {
    password: settings.wayPassword,
    key: settings.wayKey,
    passkey: settings.wayPasskey,
  };
  if (way === undefined) return null;
  return (
    <Stack gap={4}>
      <h2>{settings.resetProofTitle}</h2>
      {way === 'password' && (
        <PasswordField
          label={settings.resetPassword}
          purpose="current"
          value={password}
          onChange={setPassword}
          help={settings.resetProofPassword}
        />
      )}
      {way === 'key' && (
        <>
          <p>{settings.resetProofKey}</p>
          <KeyInput groups={groups} onChange={setGroups} />
        </>
      )}
      {way === 'passkey' && <p>{settings.resetProofPasskey}</p>}
      {ways
        .filter((other) => other !== way)
        .map((other) => (
          <Button key={other} variant="quiet" onClick={() => choose(other)}>
            {titles[other]}
          </Button>
        ))}
    </Stack>
  );
}
