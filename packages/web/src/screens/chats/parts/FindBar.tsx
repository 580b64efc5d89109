import { ChevronDown, ChevronUp, X } from 'lucide-react';
import type { KeyboardEvent, ReactElement } from 'react';
import { IconButton } from '../../../design/IconButton.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { useFormat, useWords } from '../../../words/use-words.ts';
import styles from './FindBar.module.css';
import { mostHits, type Find } from './use-find.ts';

/** The search within a chat: words, how many hits, up to the earlier and down to the later one. */
export function FindBar({
  find,
  onClose,
}: {
  readonly find: Find;
  readonly onClose: () => void;
}): ReactElement {
  const { conversation } = useWords();
  const count = find.hits?.length ?? 0;
  const earlier = (): void => find.go(Math.min(count - 1, find.current + 1));
  const later = (): void => find.go(Math.max(0, find.current - 1));
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' && count > 0) (event.shiftKey ? later : earlier)();
    else return;
    event.preventDefault();
  };
  return (
    <search className={styles.find}>
      <div className={styles.bar}>
        <input
          type="search"
          value={find.words}
          onChange={(event) => find.setWords(event.target.value)}
          onKeyDown={onKey}
          aria-label={conversation.findWords}
          placeholder={conversation.findWords}
          autoFocus
          autoComplete="off"
          enterKeyHint="search"
          maxLength={200}
          className={styles.input}
        />
        <span role="status" className={styles.count}>
          <Count find={find} />
        </span>
        <IconButton
          icon={ChevronUp}
          label={conversation.earlier}
          onClick={earlier}
          disabled={find.current >= count - 1}
        />
        <IconButton
          icon={ChevronDown}
          label={conversation.later}
          onClick={later}
          disabled={find.current === 0}
        />
        <IconButton icon={X} label={conversation.endFind} onClick={onClose} />
      </div>
      {find.problem && <ProblemNotice problem={find.problem} />}
    </search>
  );
}

function Count({ find: { hits, current } }: { readonly find: Find }): string | undefined {
  const { conversation } = useWords();
  const format = useFormat();
  if (hits === undefined) return undefined;
  if (hits.length === 0) return conversation.noHits;
  const say = hits.length === mostHits ? conversation.hitOfMore : conversation.hit;
  return say(current + 1, hits.length, format);
}
