import { HeartPulse, KeyRound, LockKeyhole, PowerOff, TextCursorInput } from 'lucide-react';
import type { ReactElement } from 'react';
import { RowGroup } from '../../../design/Card.tsx';
import { Row } from '../../../design/Row.tsx';
import type { WaysView } from '../../../engine/contract.ts';
import { useEngineState } from '../../../shell/engine.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';

/** What opens the backup, how healthy it is, and turning it off. */
export function WaysRows(): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  const { ways, vault } = useEngineState('backup');
  const password = vault?.locked && ways.password ? words.locked : ways.password ? words.isOn : words.add;
  return (
    <>
      <RowGroup title={words.waysTitle} note={words.waysNote}>
        <Row
          icon={TextCursorInput}
          title={words.password}
          detail={words.passwordDetail}
          value={password}
          href="/settings/backup/password"
        />
        <Row
          icon={KeyRound}
          tone="brass"
          title={words.key64}
          detail={words.key64Detail}
          value={words.key64States[ways.key64]}
          href="/settings/backup/key"
        />
        <Row
          icon={LockKeyhole}
          title={words.passkeys}
          detail={words.passkeysDetail}
          value={countOf(ways) === 0 ? words.add : format.number(countOf(ways))}
          href="/settings/backup/passkey"
        />
      </RowGroup>
      <RowGroup>
        <Row
          icon={HeartPulse}
          title={words.health}
          detail={words.healthDetail}
          href="/settings/backup/health"
        />
        <Row icon={PowerOff} tone="danger" title={words.turnOff} href="/settings/backup/turn-off" />
      </RowGroup>
    </>
  );
}

function countOf({ passkeys }: WaysView): number {
  return passkeys.length;
}
