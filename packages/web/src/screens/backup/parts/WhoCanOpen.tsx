import { KeyRound, Landmark, LockKeyhole, TextCursorInput, UserRoundX } from 'lucide-react';
import type { ReactElement } from 'react';
import { RowGroup } from '../../../design/Card.tsx';
import { Row } from '../../../design/Row.tsx';
import type { VaultView } from '../../../engine/contract.ts';
import { useEngineState } from '../../../shell/engine.ts';
import type { Format } from '../../../words/format.ts';
import type { Words } from '../../../words/en.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { leastOperators } from './standing.ts';

/** Who can open the backup, and which promise holds; never more. */
export function WhoCanOpen(): ReactElement {
  const { backup: words } = useWords();
  const format = useFormat();
  const { ways, vault } = useEngineState('backup');
  return (
    <RowGroup title={words.whoTitle}>
      {ways.password && (
        <Row icon={TextCursorInput} title={words.whoPassword} detail={words.whoPasswordText} />
      )}
      {ways.key64 !== 'not-chosen' && (
        <Row icon={KeyRound} tone="brass" title={words.whoKey} detail={words.whoKeyText} />
      )}
      {ways.passkeys.length > 0 && (
        <Row
          icon={LockKeyhole}
          title={words.whoPasskey(ways.passkeys.length, format)}
          detail={words.whoPasskeyText}
        />
      )}
      {ways.password && vault && (
        <Row
          icon={Landmark}
          title={words.vaultTitle(vault.threshold, vault.operators.length, format)}
          detail={promise(vault, words, format)}
        />
      )}
      {ways.password && !vault && (
        <Row icon={Landmark} title={words.vaultUnknown} detail={words.vaultUnknownText} />
      )}
      {!ways.password && <Row icon={Landmark} title={words.noVault} detail={words.noVaultText} />}
      <Row icon={UserRoundX} title={words.whoNot} detail={words.whoNotText} />
    </RowGroup>
  );
}

function promise({ threshold, operators }: VaultView, words: Words['backup'], format: Format): string {
  const needed = leastOperators(threshold, operators);
  const names = [...new Set(operators)];
  return needed.length <= 1
    ? words.promiseOne(needed[0] ?? words.anOperator, operators.length)
    : words.promiseMany(needed.length, names, format);
}
