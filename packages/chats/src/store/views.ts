export type MessageKind =
  | 'text'
  | 'image'
  | 'video'
  | 'voice'
  | 'audio'
  | 'document'
  | 'sticker'
  | 'contact'
  | 'location'
  | 'system'
  | 'deleted';

/** What a notice says that is known by a number alone, to be said in the reader's language. */
export type NoticeKind = 'encrypted' | 'group-created';

/** A chat in the list of chats. Times are milliseconds since 1970. */
export interface ChatView {
  readonly id: number;
  readonly title: string;
  readonly isGroup: boolean;
  readonly last?: {
    readonly at: number;
    readonly text: string;
    readonly from?: string;
    readonly kind: MessageKind;
    readonly notice?: NoticeKind;
  };
  readonly messages: number;
}

export interface MessageView {
  readonly id: number;
  readonly chatId: number;
  /** Counts the messages of a chat from 0, oldest first. */
  readonly position: number;
  readonly at: number;
  /** Absent: from oneself, or from nobody (`system`). */
  readonly from?: string;
  readonly mine: boolean;
  readonly kind: MessageKind;
  readonly text: string;
  /** Says the same as `text` does in English. */
  readonly notice?: NoticeKind;
  readonly edited: boolean;
  readonly media?: MediaView;
}

export interface MediaView {
  /** Where the file lies, from the app's folder; empty when it never came. */
  readonly path: string;
  readonly name: string;
  readonly type: string;
  /** Bytes; 0 when unknown. */
  readonly size: number;
  /** Not there yet: a restore is still bringing it, or it was never in the export. */
  readonly missing: boolean;
}

export interface SearchHit {
  readonly message: MessageView;
  readonly chatTitle: string;
  /** Where the words are in the text, from and to in UTF-16 units. */
  readonly marks: readonly (readonly [number, number])[];
}

/** What is kept in all. Sizes in bytes. */
export interface Counts {
  readonly chats: number;
  readonly messages: number;
  readonly media: number;
  readonly mediaBytes: number;
  readonly mediaMissing: number;
}

/** A moment in the life of the database, to ask later what came after it. Plain data: it may be kept as JSON. */
export interface Mark {
  readonly at: number;
  readonly lastMessage: number;
}

/** A media file of a message that is about to be written; the file itself is the caller's. */
export interface NewMedia {
  /** From `ChatStore.mediaPath`; empty when there is no file. */
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

/** A message that is about to be written. */
export interface NewMessage {
  readonly at: number;
  /** The writer's name; absent for one's own messages and for `system`. */
  readonly from?: string;
  readonly mine: boolean;
  readonly kind: MessageKind;
  readonly text: string;
  readonly edited?: boolean;
  readonly media?: NewMedia;
  /** What the message is known by in its chat: one that is known already is not written again. Random if absent. */
  readonly key?: string;
}
