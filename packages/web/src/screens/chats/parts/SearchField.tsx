import { Search, X } from 'lucide-react';
import { useRef, type ReactElement } from 'react';
import { IconButton } from '../../../design/IconButton.tsx';
import { useStore } from '../../../shell/store.ts';
import { useWords } from '../../../words/use-words.ts';
import { searchWords } from './search-words.ts';
import styles from './SearchField.module.css';

/** The field that searches all chats. */
export function SearchField({ autoFocus = false }: { readonly autoFocus?: boolean }): ReactElement {
  const { search } = useWords();
  const words = useStore(searchWords);
  const field = useRef<HTMLInputElement>(null);
  const clear = (): void => {
    searchWords.set('');
    field.current?.focus();
  };
  return (
    <search className={styles.search}>
      <div className={styles.box}>
        <Search size={18} aria-hidden className={styles.icon} />
        <input
          ref={field}
          type="search"
          value={words}
          onChange={(event) => searchWords.set(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && words !== '' && clear()}
          aria-label={search.label}
          placeholder={search.label}
          autoFocus={autoFocus}
          autoComplete="off"
          enterKeyHint="search"
          maxLength={200}
          className={styles.input}
        />
        {words !== '' && <IconButton icon={X} label={search.clear} onClick={clear} />}
      </div>
    </search>
  );
}
