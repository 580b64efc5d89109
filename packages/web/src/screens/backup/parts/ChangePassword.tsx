import { useEffect, useState, type ReactElement } from 'react';
import { Skeleton } from '../../../design/Skeleton.tsx';
import { useToast } from '../../../design/Toast.tsx';
import { hasDeviceLock } from '../../../passkey/support.ts';
import { useEngine } from '../../../shell/engine.ts';
import { useWords } from '../../../words/use-words.ts';
import { DeviceProof } from './DeviceProof.tsx';
import { NewPassword } from './NewPassword.tsx';

/** Another password, without the old one: this device has the key. Its own lock is asked first, where it has one. */
export function ChangePassword({ onDone }: { readonly onDone: () => void }): ReactElement {
  const { backup: words, common } = useWords();
  const engine = useEngine();
  const toast = useToast();
  const [proven, setProven] = useState<boolean>();
  useEffect(() => {
    hasDeviceLock().then(
      (has) => setProven(!has),
      () => setProven(true),
    );
  }, []);
  if (proven === undefined) return <Skeleton rows={2} label={common.loading} />;
  if (!proven) return <DeviceProof hasLock confirm={common.next} onProof={async () => setProven(true)} />;
  return (
    <>
      <p>{words.changeText}</p>
      <NewPassword
        confirm={words.changePassword}
        onChosen={async (password, again) => {
          await engine.changePassword(password, again);
          toast(words.passwordChanged);
          onDone();
        }}
      />
    </>
  );
}
