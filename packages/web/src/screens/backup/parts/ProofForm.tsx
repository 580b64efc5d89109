import { KeyRound, LockKeyhole, TextCursorInput } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { RowGroup } from '../../../design/Card.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { Row } from '../../../design/Row.tsx';
import type { Proof } from '../../../engine/contract.ts';
import { useEngineState } from '../../../shell/engine.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { KeyProof } from './KeyProof.tsx';
import { PasskeyProofForm } from './PasskeyProofForm.tsx';
import { PasswordProof } from './PasswordProof.tsx';
import { waysToProve, type ProofWay } from './ways-to-prove.ts';

const icons = { password: TextCursorInput, passkey: LockKeyhole, key: KeyRound };

/** What each way of proving is given. */
export interface ProofProps {
  /** What the button says: the deed itself. */
  readonly confirm: string;
  readonly danger?: boolean;
  readonly onProof: (proof: Proof) => Promise<void>;
}

/** Has the person show that they may, by what opens the backup. The engine checks it; wrong ones count. */
export function ProofForm(props: ProofProps): ReactElement {
  const { backup: words } = useWords();
  const backup = useEngineState('backup');
  const [chosen, setChosen] = useState<ProofWay>();
  const ways = waysToProve(backup);
  const way = chosen ?? ways[0];
  if (way === undefined) return <NoProof />;
  const others = ways.filter((other) => other !== way);
  return (
    <>
      <ProofBy way={way} {...props} />
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

function ProofBy({ way, ...props }: ProofProps & { readonly way: ProofWay }): ReactElement {
  const { onProof, confirm, danger = false } = props;
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

function NoProof(): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  const { ways, passwordProvesFrom } = useEngineState('backup');
  return <Notice title={words.noProof}>{why()}</Notice>;

  function why(): string {
    if (passwordProvesFrom !== undefined) return words.noProofYet(passwordProvesFrom, format);
    return ways.password ? words.noProofLocked : words.noProofUnconfirmed;
  }
}
