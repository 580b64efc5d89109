import { Fingerprint, KeyRound, LockKeyhole, TextCursorInput } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { RowGroup } from '../../../design/Card.tsx';
import { Row } from '../../../design/Row.tsx';
import { Skeleton } from '../../../design/Skeleton.tsx';
import type { BackupView, Proof } from '../../../engine/contract.ts';
import { hasDeviceLock } from '../../../passkey/support.ts';
import { useEngineState } from '../../../shell/engine.ts';
import { useWords } from '../../../words/use-words.ts';
import { DeviceProof } from './DeviceProof.tsx';
import { KeyProof } from './KeyProof.tsx';
import { PasskeyProofForm } from './PasskeyProofForm.tsx';
import { PasswordProof } from './PasswordProof.tsx';

type ProofWay = Proof['way'];

const icons = { 'device-lock': Fingerprint, password: TextCursorInput, passkey: LockKeyhole, key: KeyRound };

/** What each way of proving is given. */
export interface ProofProps {
  /** What the button says: the deed itself. */
  readonly confirm: string;
  readonly danger?: boolean;
  readonly onProof: (proof: Proof) => Promise<void>;
}

/** Has the person show that they may: by the device's own lock where there is one, or by what opens the backup. */
export function ProofForm(props: ProofProps): ReactElement {
  const { backup: words, common } = useWords();
  const { backup } = useEngineState();
  const hasLock = useDeviceLock();
  const [chosen, setChosen] = useState<ProofWay>();
  if (hasLock === undefined) return <Skeleton rows={2} label={common.loading} />;
  const ways = waysToProve(backup, hasLock);
  const way = chosen ?? ways[0];
  const others = ways.filter((other) => other !== way);
  return (
    <>
      <ProofBy way={way} hasLock={hasLock} {...props} />
      {others.length > 0 && (
        <RowGroup title={words.otherProof}>
          {others.map((other) => (
            <Row
              key={other}
              icon={icons[other]}
              title={words.proofBy[other]}
              onClick={() => setChosen(other)}
            />
          ))}
        </RowGroup>
      )}
    </>
  );
}

function ProofBy({
  way,
  hasLock,
  ...props
}: ProofProps & { readonly way: ProofWay; readonly hasLock: boolean }): ReactElement {
  const { onProof, confirm, danger = false } = props;
  if (way === 'device-lock') return <DeviceProof {...props} hasLock={hasLock} />;
  if (way === 'passkey') return <PasskeyProofForm {...props} />;
  if (way === 'key') return <KeyProof {...props} />;
  return (
    <PasswordProof
      confirm={confirm}
      danger={danger}
      onPassword={(password) => onProof({ way: 'password', password })}
    />
  );
}

// Who has none of them left still holds the device that has the key.
function waysToProve({ ways, vault }: BackupView, hasLock: boolean): readonly [ProofWay, ...ProofWay[]] {
  const opening: ProofWay[] = [];
  if (ways.password && vault?.locked !== true) opening.push('password');
  if (ways.passkeys.length > 0) opening.push('passkey');
  if (ways.key64 === 'kept') opening.push('key');
  const [first = 'device-lock', ...rest] = opening;
  return hasLock ? ['device-lock', ...opening] : [first, ...rest];
}

function useDeviceLock(): boolean | undefined {
  const [has, setHas] = useState<boolean>();
  useEffect(() => {
    hasDeviceLock().then(setHas, () => setHas(false));
  }, []);
  return has;
}
