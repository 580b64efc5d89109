import { CalendarDays, Download, Images, MessageSquareOff, Search } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { useSearch } from 'wouter';
import { Avatar } from '../../design/Avatar.tsx';
import { Empty } from '../../design/Empty.tsx';
import { IconButton } from '../../design/IconButton.tsx';
import { Menu } from '../../design/Menu.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Screen } from '../../design/Screen.tsx';
import { Skeleton } from '../../design/Skeleton.tsx';
import type { ScrollTarget } from '../../design/VirtualList.tsx';
import type { ChatView } from '../../engine/contract.ts';
import { useGo } from '../../shell/navigation.ts';
import type { ScreenParams } from '../../shell/routes.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import { Composer } from './parts/Composer.tsx';
import styles from './Conversation.module.css';
import { DateSheet } from './parts/DateSheet.tsx';
import { ExportSheet } from './parts/ExportSheet.tsx';
import { FindBar } from './parts/FindBar.tsx';
import { MessageList } from './parts/MessageList.tsx';
import { searchWords } from './parts/search-words.ts';
import { useChats } from './parts/use-chats.ts';
import { useFind } from './parts/use-find.ts';

/** A chat. `?at=` in its address is the position to begin at, `&find` searches on for the words of the search. */
export default function Conversation({ params }: ScreenParams): ReactElement {
  const { conversation, common, chats: text } = useWords();
  const { value: chats, problem } = useChats();
  const chat = chats?.find(({ id }) => String(id) === params['id']);
  const address = useSearch();
  if (chat !== undefined) return <Chat key={address} chat={chat} {...placeOf(address)} />;
  const isKnown = chats !== undefined;
  return (
    <Screen title={isKnown ? conversation.missingTitle : text.title} back="/">
      {problem && <ProblemNotice problem={problem} />}
      {isKnown && <Empty icon={MessageSquareOff}>{conversation.missingText}</Empty>}
      {!isKnown && !problem && <Skeleton rows={6} label={common.loading} />}
    </Screen>
  );
}

interface Place {
  readonly at?: number;
  readonly finds: boolean;
}

function placeOf(address: string): Place {
  const query = new URLSearchParams(address);
  const at = Number(query.get('at') ?? Number.NaN);
  return { finds: query.has('find'), ...(Number.isSafeInteger(at) && at >= 0 && { at }) };
}

function Chat({ chat, at, finds }: Place & { readonly chat: ChatView }): ReactElement {
  const { chats: text, conversation } = useWords();
  const format = useFormat();
  const go = useGo();
  const [first] = useState(finds ? searchWords.get() : '');
  const [finding, setFinding] = useState(finds && first.trim() !== '');
  const [target, setTarget] = useState<ScrollTarget | undefined>(
    at === undefined ? undefined : { index: Math.min(at, chat.messages - 1), align: 'center' },
  );
  const [sheet, setSheet] = useState<'date' | 'export'>();
  const find = useFind(chat.id, first, at);
  useScrollToHit(finding ? find.hits?.[find.current]?.message.position : undefined, setTarget);
  const closeSheet = (): void => setSheet(undefined);
  const actions = (
    <>
      <IconButton icon={Search} label={conversation.find} onClick={() => setFinding(true)} />
      <Menu
        label={conversation.menu}
        items={[
          { label: conversation.media, icon: Images, onSelect: () => go(`/chat/${chat.id}/media`) },
          { label: conversation.jump, icon: CalendarDays, onSelect: () => setSheet('date') },
          { label: conversation.export, icon: Download, onSelect: () => setSheet('export') },
        ]}
      />
    </>
  );
  return (
    <Screen
      title={chat.title}
      detail={text.count(chat.messages, format)}
      start={<Avatar name={chat.title} isGroup={chat.isGroup} />}
      back="/"
      actions={actions}
      body="bare"
    >
      {finding && <FindBar find={find} onClose={() => setFinding(false)} />}
      <div className={styles.room}>
        <MessageList
          chat={chat}
          target={target}
          onTarget={setTarget}
          marksAt={(position) => (finding ? find.marksAt(position) : undefined)}
          onOpen={({ position }) => go(`/chat/${chat.id}/media?view=${position}`)}
        />
        <Composer chatId={chat.id} onSent={() => setTarget({ index: chat.messages, align: 'end' })} />
      </div>
      <DateSheet
        chat={chat}
        open={sheet === 'date'}
        onClose={closeSheet}
        onPosition={(index) => setTarget({ index, align: 'start' })}
      />
      <ExportSheet chatId={chat.id} open={sheet === 'export'} onClose={closeSheet} />
    </Screen>
  );
}

function useScrollToHit(position: number | undefined, scroll: (target: ScrollTarget) => void): void {
  useEffect(() => {
    if (position !== undefined) scroll({ index: position, align: 'center' });
  }, [position, scroll]);
}
