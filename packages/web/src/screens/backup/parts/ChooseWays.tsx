import { useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { RowGroup } from '../../../design/Card.tsx';
import { CheckRow } from '../../../design/CheckRow.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { Stack } from '../../../design/Stack.tsx';
import { useEngineState } from '../../../shell/engine.ts';
import { useWords } from '../../../words/use-words.ts';
import type { Choice } from './turn-on-steps.ts';

const ways: readonly (keyof Choice)[] = ['password', 'key64', 'passkey'];

/** Which ways shall open the backup; each says who can open it then. */
export function ChooseWays({
  choice,
  onChoose,
  onNext,
}: {
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
  readonly onNext: () => void;
}): ReactElement {
  const { backup: words, common } = useWords();
  const online = useEngineState('online');
  const [tried, setTried] = useState(false);
  const none = ways.every((way) => !choice[way]);
  const next = (): void => {
    setTried(true);
    if (!none) onNext();
  };
  return (
    <Stack gap={6}>
      <p>{words.chooseText}</p>
      <RowGroup note={words.chooseNote}>
        {ways.map((way) => (
          <CheckRow
            key={way}
            label={words.chooseWays[way]}
            detail={words.chooseWho[way]}
            checked={choice[way]}
            onChange={(chosen) => onChoose({ ...choice, [way]: chosen })}
          />
        ))}
      </RowGroup>
      {!online && <Notice>{words.needsNetwork}</Notice>}
      {tried && none && <Notice live>{words.chooseOne}</Notice>}
      <Button variant="primary" wide onClick={next}>
        {common.next}
      </Button>
    </Stack>
  );
}
