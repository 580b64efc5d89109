import { FileStack, Images, Play } from 'lucide-react';
import { useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { Link, useSearch } from 'wouter';
import { Empty } from '../../design/Empty.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Screen } from '../../design/Screen.tsx';
import { Skeleton } from '../../design/Skeleton.tsx';
import { VirtualList } from '../../design/VirtualList.tsx';
import type { MessageView } from '../../engine/contract.ts';
import { useGo, useGoBack } from '../../shell/navigation.ts';
import type { ScreenParams } from '../../shell/routes.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import { Attachment, kindIcons } from './parts/Attachment.tsx';
import styles from './ChatMedia.module.css';
import { inRows, isSeen } from './parts/gallery.ts';
import { useChats } from './parts/use-chats.ts';
import { useGallery } from './parts/use-gallery.ts';
import { useMedia } from './parts/use-media.ts';
import { Viewer } from './parts/Viewer.tsx';

// Pixels of a picture, at least.
const tile = 112;

/** What was sent in a chat: pictures in rows, and files. `?view=` in its address is the position of the picture that is seen large. */
export default function ChatMedia({ params }: ScreenParams): ReactElement {
  const { conversation, common } = useWords();
  const format = useFormat();
  const chatId = Number(params['id']);
  const { value: chats } = useChats();
  const { messages: all, complete, problem } = useGallery(chatId);
  const [tab, setTab] = useState<'pictures' | 'files'>('pictures');
  const chat = chats?.find(({ id }) => id === chatId);
  const shown = all?.filter((message) => isSeen(message) === (tab === 'pictures'));
  return (
    <Screen
      title={chat?.title ?? conversation.media}
      detail={all !== undefined && complete ? conversation.mediaCount(all.length, format) : undefined}
      back={`/chat/${params['id']}`}
      body="bare"
    >
      <Tabs tab={tab} onTab={setTab} />
      {problem && <ProblemNotice problem={problem} />}
      {shown === undefined && !problem && <Skeleton rows={4} label={common.loading} />}
      {shown?.length === 0 && <Nothing tab={tab} />}
      {shown !== undefined &&
        shown.length > 0 &&
        (tab === 'pictures' ? (
          <Pictures messages={shown} chatId={chatId} />
        ) : (
          <Files messages={shown} chatId={chatId} />
        ))}
      <Large
        messages={all?.filter((message) => isSeen(message) && message.media?.missing === false)}
        chatId={chatId}
      />
    </Screen>
  );
}

function Tabs({
  tab,
  onTab,
}: {
  readonly tab: 'pictures' | 'files';
  readonly onTab: (tab: 'pictures' | 'files') => void;
}): ReactElement {
  const { conversation } = useWords();
  return (
    <div role="group" className={styles.tabs}>
      {(['pictures', 'files'] as const).map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={tab === name}
          onClick={() => onTab(name)}
          className={styles.tab}
        >
          {conversation[name]}
        </button>
      ))}
    </div>
  );
}

function Nothing({ tab }: { readonly tab: 'pictures' | 'files' }): ReactElement {
  const { conversation } = useWords();
  return tab === 'pictures' ? (
    <Empty icon={Images}>{conversation.noPictures}</Empty>
  ) : (
    <Empty icon={FileStack}>{conversation.noFiles}</Empty>
  );
}

interface ShownMedia {
  readonly messages: readonly MessageView[];
  readonly chatId: number;
}

function Pictures({ messages, chatId }: ShownMedia): ReactElement {
  const { conversation } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const width = useTilesAcross(box);
  const rows = inRows(messages, width);
  return (
    <div ref={box} className={styles.box}>
      <VirtualList
        label={conversation.pictures}
        count={rows.length}
        estimate={tile + 4}
        memory={`media ${chatId}`}
        render={(index) => (
          <div className={styles.row} style={{ gridTemplateColumns: `repeat(${width}, minmax(0, 1fr))` }}>
            {rows[index]?.map((message) => (
              <Tile key={message.id} message={message} />
            ))}
          </div>
        )}
      />
    </div>
  );
}

function Tile({ message }: { readonly message: MessageView }): ReactElement | undefined {
  const { conversation } = useWords();
  const { media, kind } = message;
  if (media === undefined) return undefined;
  const Icon = kindIcons[kind];
  if (media.missing)
    return (
      <span className={styles.missing}>
        <Icon size={24} aria-hidden />
        <span className="visually-hidden">{conversation.mediaMissing}</span>
      </span>
    );
  const label = kind === 'video' ? conversation.openVideo : conversation.openPicture;
  return (
    <Link
      href={`/chat/${message.chatId}/media?view=${message.position}`}
      aria-label={label(media.name)}
      className={styles.tile}
    >
      <Small message={message} media={media} />
    </Link>
  );
}

function Small({
  message,
  media,
}: {
  readonly message: MessageView;
  readonly media: NonNullable<MessageView['media']>;
}): ReactElement | undefined {
  const address = useMedia(media);
  const Icon = kindIcons[message.kind];
  if (address === undefined) return undefined;
  if (address === '') return <Icon size={24} aria-hidden />;
  if (message.kind !== 'video')
    return <img src={address} alt="" decoding="async" className={styles.picture} />;
  return (
    <>
      <video src={address} preload="metadata" muted playsInline tabIndex={-1} className={styles.picture} />
      <Play size={28} aria-hidden className={styles.play} />
    </>
  );
}

function Files({ messages, chatId }: ShownMedia): ReactElement {
  const { conversation } = useWords();
  const format = useFormat();
  return (
    <VirtualList
      label={conversation.files}
      count={messages.length}
      estimate={92}
      memory={`files ${chatId}`}
      render={(index) => {
        const message = messages[index];
        if (message?.media === undefined) return undefined;
        return (
          <div className={styles.file}>
            <p className={styles.when}>
              {message.mine ? conversation.you : message.from} · {format.moment(message.at)}
            </p>
            <Attachment message={message} media={message.media} onOpen={() => undefined} />
          </div>
        );
      }}
    />
  );
}

function Large({
  messages,
  chatId,
}: {
  readonly messages: readonly MessageView[] | undefined;
  readonly chatId: number;
}): ReactElement | undefined {
  const go = useGo();
  const back = useGoBack();
  const view = new URLSearchParams(useSearch()).get('view');
  const index = messages?.findIndex(({ position }) => String(position) === view) ?? -1;
  if (messages === undefined || index === -1) return undefined;
  return (
    <Viewer
      messages={messages}
      index={index}
      onIndex={(next) => go(`/chat/${chatId}/media?view=${messages[next]?.position}`, { replace: true })}
      onClose={() => back(`/chat/${chatId}/media`)}
    />
  );
}

function useTilesAcross(box: RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(3);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() =>
      setWidth(Math.max(2, Math.floor((element.clientWidth - 8) / tile))),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return width;
}
