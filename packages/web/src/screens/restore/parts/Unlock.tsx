import { Fingerprint, KeyRound, RectangleEllipsis } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { RowGroup } from '../../../design/Card.tsx';
import { Row } from '../../../design/Row.tsx';
import type { FoundBackup } from '../../../engine/contract.ts';
import { useWords } from '../../../words/use-words.ts';
import { KeyWay } from './KeyWay.tsx';
import { PasskeyWay } from './PasskeyWay.tsx';
import { PasswordWay } from './PasswordWay.tsx';
import type { Opening } from './use-opening.ts';
import { useStanding } from './use-standing.ts';

type Way = FoundBackup['ways'][number];

const icons = { password: RectangleEllipsis, key: KeyRound, passkey: Fingerprint };

/** The backup is there: opens it by one of its ways, and offers the others. */
export function Unlock({
  backup,
  opening,
}: {
  readonly backup: FoundBackup;
  readonly opening: Opening;
}): ReactElement {
  const [way, setWay] = useState<Way>(() => firstOf(backup));
  const standing = useStanding(backup.vault, opening);
  const choose = (next: Way): void => {
    opening.clear();
    setWay(next);
  };
  const others = (
    <OtherWays
      ways={backup.ways.filter((each) => each !== way)}
      isLocked={standing?.locked === true}
      onChoose={choose}
    />
  );
  if (way === 'key') return <KeyWay opening={opening}>{others}</KeyWay>;
  if (way === 'passkey')
    return (
      <PasskeyWay passkeys={backup.passkeys} opening={opening}>
        {others}
      </PasskeyWay>
    );
  return (
    <PasswordWay backup={backup} standing={standing} opening={opening}>
      {others}
    </PasswordWay>
  );
}

function firstOf({ ways }: FoundBackup): Way {
  if (ways.includes('password') || ways.length === 0) return 'password';
  return ways.includes('passkey') ? 'passkey' : 'key';
}

function OtherWays({
  ways,
  isLocked,
  onChoose,
}: {
  readonly ways: readonly Way[];
  readonly isLocked: boolean;
  readonly onChoose: (way: Way) => void;
}): ReactElement | null {
  const { restore } = useWords();
  const titles = { password: restore.usePassword, key: restore.useKey, passkey: restore.usePasskey };
  const details = {
    password: isLocked ? restore.lockedShort : restore.usePasswordDetail,
    key: restore.useKeyDetail,
    passkey: restore.usePasskeyDetail,
  };
  if (ways.length === 0) return null;
  return (
    <RowGroup title={restore.otherWays}>
      {ways.map((way) => (
        <Row
          key={way}
          icon={icons[way]}
          title={titles[way]}
          detail={details[way]}
          onClick={() => onChoose(way)}
        />
      ))}
    </RowGroup>
  );
}
