import { CloudUpload, FileInput, MessagesSquare, RotateCcw, Settings } from 'lucide-react';
import type { ReactElement } from 'react';
import { Button, ButtonLink } from '../../design/Button.tsx';
import { Dial } from '../../design/Dial.tsx';
import { Empty } from '../../design/Empty.tsx';
import { Menu } from '../../design/Menu.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Row } from '../../design/Row.tsx';
import { Screen } from '../../design/Screen.tsx';
import { Skeleton } from '../../design/Skeleton.tsx';
import { VirtualList } from '../../design/VirtualList.tsx';
import type { ChatView } from '../../engine/contract.ts';
import { useEngine, useEngineState } from '../../shell/engine.ts';
import { useGo } from '../../shell/navigation.ts';
import { useStore } from '../../shell/store.ts';
import { useCommand } from '../../shell/use-command.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import styles from './ChatList.module.css';
import { ChatRow } from './parts/ChatRow.tsx';
import { searchWords } from './parts/search-words.ts';
import { SearchField } from './parts/SearchField.tsx';
import { SearchResults } from './parts/SearchResults.tsx';
import { useChats } from './parts/use-chats.ts';

/** All chats, the newest first; with words in the field above them, what is found. */
export default function ChatList(): ReactElement {
  const { chats: text, common } = useWords();
  const words = useStore(searchWords);
  const { value: chats, problem } = useChats();
  const isEmpty = chats?.length === 0;
  return (
    <Screen
      title={text.title}
      start={<Dial size={28} />}
      actions={<ListMenu isEmpty={isEmpty} />}
      body="bare"
    >
      {!isEmpty && <SearchField />}
      {problem !== undefined && (
        <div className={styles.inset}>
          <ProblemNotice problem={problem} />
        </div>
      )}
      {chats === undefined && problem === undefined && (
        <div className={styles.inset}>
          <Skeleton rows={6} label={common.loading} />
        </div>
      )}
      {words.trim() !== '' && !isEmpty && <SearchResults words={words} />}
      {words.trim() === '' && chats !== undefined && (isEmpty ? <NoChats /> : <Chats chats={chats} />)}
    </Screen>
  );
}

function ListMenu({ isEmpty }: { readonly isEmpty: boolean }): ReactElement {
  const { chats, common } = useWords();
  const go = useGo();
  const items = [
    { label: chats.settings, icon: Settings, onSelect: () => go('/settings') },
    { label: chats.importChats, icon: FileInput, onSelect: () => go('/import') },
    ...(isEmpty ? [{ label: chats.restore, icon: RotateCcw, onSelect: () => go('/restore') }] : []),
  ];
  return <Menu label={common.more} items={items} />;
}

function Chats({ chats }: { readonly chats: readonly ChatView[] }): ReactElement {
  const { chats: text } = useWords();
  return (
    <>
      <BackupHint />
      <VirtualList
        label={text.list}
        count={chats.length}
        estimate={68}
        keyOf={(index) => chats[index]?.id ?? index}
        render={(index) => <ChatRow chat={chats[index]!} />}
        memory="chats"
      />
    </>
  );
}

// Quiet, and only as long as something would be lost with this device.
function BackupHint(): ReactElement | undefined {
  const { chats: text } = useWords();
  const format = useFormat();
  const { backup, task } = useEngineState();
  const { messages } = backup.unsaved;
  if (messages === 0 || task?.kind === 'backup') return undefined;
  return (
    <div className={styles.hint}>
      <Row
        icon={CloudUpload}
        title={text.unsaved(messages, format)}
        detail={backup.on ? text.unsavedSince : text.unsavedNever}
        href="/settings/backup"
      />
    </div>
  );
}

function NoChats(): ReactElement {
  const { chats: text } = useWords();
  const engine = useEngine();
  const { run, busy, problem } = useCommand();
  return (
    <Empty
      icon={MessagesSquare}
      title={text.emptyTitle}
      action={
        <div className={styles.ways}>
          <ButtonLink variant="primary" wide href="/import">
            {text.importChats}
          </ButtonLink>
          <ButtonLink wide href="/restore">
            {text.restore}
          </ButtonLink>
          <Button variant="quiet" wide busy={busy} onClick={() => void run(() => engine.addSampleChats())}>
            {text.sample}
          </Button>
          {problem && <ProblemNotice problem={problem} />}
        </div>
      }
    >
      {text.emptyText}
    </Empty>
  );
}
