import type { ReactElement } from 'react';
import { Empty } from '../../design/Empty.tsx';
import { Screen } from '../../design/Screen.tsx';
import { useStore } from '../../shell/store.ts';
import { useWords } from '../../words/use-words.ts';
import { searchWords } from './parts/search-words.ts';
import { SearchField } from './parts/SearchField.tsx';
import { SearchResults } from './parts/SearchResults.tsx';

/** The search over all chats, by itself. */
export default function Search(): ReactElement {
  const { search } = useWords();
  const words = useStore(searchWords);
  return (
    <Screen title={search.title} back="/" body="bare">
      <SearchField autoFocus />
      {words.trim() === '' ? <Empty>{search.start}</Empty> : <SearchResults words={words} />}
    </Screen>
  );
}
