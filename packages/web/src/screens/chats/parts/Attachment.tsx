import {
  AudioLines,
  FileText,
  Image,
  MapPin,
  Mic,
  Sticker,
  UserRound,
  Video,
  type LucideIcon,
} from 'lucide-react';
import type { ReactElement } from 'react';
import { classNames } from '../../../design/class-names.ts';
import type { MediaView, MessageKind, MessageView } from '../../../engine/contract.ts';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import styles from './Attachment.module.css';
import { saveFile } from '../../../shell/save-file.ts';
import { useMedia } from './use-media.ts';

/** What stands for a kind of message. */
export const kindIcons: Readonly<Record<MessageKind, LucideIcon>> = {
  text: FileText,
  image: Image,
  video: Video,
  voice: Mic,
  audio: AudioLines,
  document: FileText,
  sticker: Sticker,
  contact: UserRound,
  location: MapPin,
  system: FileText,
  deleted: FileText,
};

/** The photo, film, sound or file of a message. Its place is as big before it was read as after. */
export function Attachment({
  message,
  media,
  onOpen,
}: {
  readonly message: MessageView;
  readonly media: MediaView;
  /** Opens a picture. */
  readonly onOpen: () => void;
}): ReactElement {
  if (media.missing) return <Missing kind={message.kind} />;
  const { kind } = message;
  if (kind === 'image' || kind === 'sticker') return <Picture media={media} kind={kind} onOpen={onOpen} />;
  if (kind === 'video') return <Film media={media} />;
  if (kind === 'voice' || kind === 'audio') return <Sound media={media} kind={kind} />;
  return <Document media={media} kind={kind} />;
}

function Missing({
  kind,
  gone = false,
}: {
  readonly kind: MessageKind;
  readonly gone?: boolean;
}): ReactElement {
  const { chats, conversation } = useWords();
  const task = useEngineState('task');
  const Icon = kindIcons[kind];
  const comes = task?.kind === 'restore-media' || task?.kind === 'restore-messages';
  const why = comes ? conversation.mediaComing : conversation.mediaMissing;
  return (
    <div className={styles.file}>
      <Icon size={24} aria-hidden className={styles.icon} />
      <span className={styles.words}>
        <span>{(chats.kinds as Partial<Record<MessageKind, string>>)[kind] ?? chats.kinds.document}</span>
        <span className={styles.detail}>{gone ? conversation.mediaGone : why}</span>
      </span>
    </div>
  );
}

function Picture({
  media,
  kind,
  onOpen,
}: {
  readonly media: MediaView;
  readonly kind: 'image' | 'sticker';
  readonly onOpen: () => void;
}): ReactElement {
  const { conversation } = useWords();
  const address = useMedia(media);
  if (address === '') return <Missing kind={kind} gone />;
  return (
    <button
      type="button"
      onClick={onOpen}
      aria-label={conversation.openPicture(media.name)}
      className={classNames(styles.frame, kind === 'sticker' && styles.sticker)}
    >
      {address !== undefined && <img src={address} alt="" decoding="async" className={styles.picture} />}
    </button>
  );
}

function Film({ media }: { readonly media: MediaView }): ReactElement {
  const address = useMedia(media);
  if (address === '') return <Missing kind="video" gone />;
  return (
    <div className={classNames(styles.frame, styles.film)}>
      {address !== undefined && (
        <video
          src={address}
          controls
          playsInline
          preload="metadata"
          aria-label={media.name}
          className={styles.picture}
        />
      )}
    </div>
  );
}

function Sound({
  media,
  kind,
}: {
  readonly media: MediaView;
  readonly kind: 'voice' | 'audio';
}): ReactElement {
  const { chats } = useWords();
  const address = useMedia(media);
  if (address === '') return <Missing kind={kind} gone />;
  return (
    <div className={styles.sound}>
      {address !== undefined && (
        <audio
          src={address}
          controls
          preload="metadata"
          aria-label={chats.kinds[kind]}
          className={styles.player}
        />
      )}
    </div>
  );
}

function Document({ media, kind }: { readonly media: MediaView; readonly kind: MessageKind }): ReactElement {
  const { conversation } = useWords();
  const format = useFormat();
  const engine = useEngine();
  const Icon = kindIcons[kind];
  const size = media.size > 0 ? format.size(media.size) : undefined;
  const save = async (): Promise<void> => {
    const file = await engine.media(media.path).catch(() => undefined);
    if (file !== undefined) saveFile(file, media.name);
  };
  return (
    <button
      type="button"
      onClick={() => void save()}
      // All that is seen in it is part of its name: whoever speaks to it says what they see.
      aria-label={conversation.save(size === undefined ? media.name : `${media.name} ${size}`)}
      className={classNames(styles.file, styles.live)}
    >
      <Icon size={24} aria-hidden className={styles.icon} />
      <span className={styles.words}>
        <span>{media.name}</span> {size !== undefined && <span className={styles.detail}>{size}</span>}
      </span>
    </button>
  );
}
