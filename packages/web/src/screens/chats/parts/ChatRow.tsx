import type { ReactElement } from 'react';
import { Link, useRoute } from 'wouter';
import { Avatar } from '../../../design/Avatar.tsx';
import type { ChatView, MessageKind } from '../../../engine/contract.ts';
import type { Words } from '../../../words/en.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { kindIcons } from './Attachment.tsx';
import styles from './ChatRow.module.css';

/** A chat in the list: who, the last message, when; read aloud, how many messages, too. */
export function ChatRow({ chat }: { readonly chat: ChatView }): ReactElement {
  const words = useWords();
  const format = useFormat();
  const [, open] = useRoute<{ id: string }>('/chat/:id/*?');
  const { last } = chat;
  return (
    <Link
      href={`/chat/${chat.id}`}
      aria-current={open?.id === String(chat.id) ? 'page' : undefined}
      className={styles.row}
    >
      <Avatar name={chat.title} isGroup={chat.isGroup} />
      <span className={styles.words}>
        <span className={styles.line}>
          <span className={styles.title} dir="auto">
            {chat.title}
          </span>
          {last && <time className={styles.time}>{format.brief(last.at)}</time>}
        </span>
        <span className={styles.line}>
          <span className={styles.last}>{last && <Last chat={chat} words={words} />}</span>
          {/* Seen, it would look like so many unread ones. */}
          <span className="visually-hidden">{words.chats.count(chat.messages, format)}</span>
        </span>
      </span>
    </Link>
  );
}

function Last({ chat, words }: { readonly chat: ChatView; readonly words: Words }): ReactElement {
  const { kind = 'text', from } = chat.last ?? {};
  const Icon = kind === 'text' || kind === 'system' ? undefined : kindIcons[kind];
  const text = lastText(chat, words);
  const said = chat.isGroup && from !== undefined && kind !== 'system' ? words.chats.said(from, text) : text;
  return (
    <>
      {Icon && <Icon size={16} aria-hidden className={styles.icon} />}
      <span className={styles.text} dir="auto">
        {kind !== 'system' && from === undefined ? words.chats.mine(text) : said}
      </span>
    </>
  );
}

function lastText({ last }: ChatView, { chats, conversation }: Words): string {
  if (last === undefined) return '';
  if (last.notice !== undefined) return conversation.notices[last.notice];
  const kinds: Partial<Record<MessageKind, string>> = chats.kinds;
  return last.text === '' || last.kind === 'deleted' ? (kinds[last.kind] ?? '') : last.text;
}
