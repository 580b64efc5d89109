import { Dialog } from '@base-ui/react/dialog';
import { ChevronLeft, ChevronRight, Download, MessageSquare, X } from 'lucide-react';
import { useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import { IconButton, IconLink } from '../../../design/IconButton.tsx';
import type { MediaView, MessageView } from '../../../engine/contract.ts';
import { useEngine } from '../../../shell/engine.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { saveFile } from '../../../shell/save-file.ts';
import { useMedia } from './use-media.ts';
import styles from './Viewer.module.css';

// Pixels that a finger goes, at least, for the next picture.
const swipe = 48;

/** One picture or film over the whole screen. Keyboard: arrows, Escape; touch: to the sides, and down to close. */
export function Viewer({
  messages,
  index,
  onIndex,
  onClose,
}: {
  /** All that one can go through, the newest first. */
  readonly messages: readonly MessageView[];
  readonly index: number;
  readonly onIndex: (index: number) => void;
  readonly onClose: () => void;
}): ReactElement | undefined {
  const { conversation } = useWords();
  const message = messages[index];
  const step = (by: number): void => {
    if (messages[index + by] !== undefined) onIndex(index + by);
  };
  const touch = useSwipe(step, onClose);
  const onKey = ({ key }: KeyboardEvent): void => {
    if (key === 'ArrowLeft') step(-1);
    if (key === 'ArrowRight') step(1);
  };
  if (message?.media === undefined) return undefined;
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Popup className={styles.viewer} onKeyDown={onKey}>
          <Bar message={message} media={message.media} />
          <div className={styles.stage} {...touch}>
            <Shown key={message.id} message={message} media={message.media} />
          </div>
          {message.text !== '' && (
            <p className={styles.text} dir="auto">
              {message.text}
            </p>
          )}
          <div className={styles.steps}>
            <IconButton
              icon={ChevronLeft}
              label={conversation.previous}
              onClick={() => step(-1)}
              disabled={index === 0}
            />
            <IconButton
              icon={ChevronRight}
              label={conversation.following}
              onClick={() => step(1)}
              disabled={index === messages.length - 1}
            />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface OneMedia {
  readonly message: MessageView;
  readonly media: MediaView;
}

function Bar({ message, media }: OneMedia): ReactElement {
  const { conversation, common } = useWords();
  const format = useFormat();
  const engine = useEngine();
  const save = async (): Promise<void> => {
    const file = await engine.media(media.path).catch(() => undefined);
    if (file !== undefined) saveFile(file, media.name);
  };
  return (
    <div className={styles.bar}>
      <Dialog.Close render={<IconButton icon={X} label={common.close} />} />
      <div className={styles.titles}>
        <Dialog.Title className={styles.title}>
          {message.mine ? conversation.you : message.from}
          <span className="visually-hidden">: {conversation.viewer(media.name)}</span>
        </Dialog.Title>
        <Dialog.Description className={styles.when}>{format.moment(message.at)}</Dialog.Description>
      </div>
      <IconLink
        icon={MessageSquare}
        label={conversation.inChat}
        href={`/chat/${message.chatId}?at=${message.position}`}
      />
      <IconButton icon={Download} label={conversation.saveThis} onClick={() => void save()} />
    </div>
  );
}

function Shown({ message, media }: OneMedia): ReactElement | undefined {
  const { conversation } = useWords();
  const address = useMedia(media);
  if (address === undefined) return undefined;
  if (address === '') return <p>{conversation.mediaGone}</p>;
  if (message.kind === 'video')
    return <video src={address} controls playsInline aria-label={media.name} className={styles.media} />;
  return (
    <img src={address} alt={conversation.viewer(media.name)} draggable={false} className={styles.media} />
  );
}

function useSwipe(
  step: (by: number) => void,
  onClose: () => void,
): { onPointerDown: (event: PointerEvent) => void; onPointerUp: (event: PointerEvent) => void } {
  const start = useRef<{ readonly x: number; readonly y: number }>(undefined);
  return {
    onPointerDown: ({ pointerType, isPrimary, clientX: x, clientY: y }) => {
      start.current = pointerType === 'mouse' || !isPrimary ? undefined : { x, y };
    },
    onPointerUp: ({ clientX, clientY }) => {
      if (start.current === undefined) return;
      const [x, y] = [clientX - start.current.x, clientY - start.current.y];
      start.current = undefined;
      if (Math.abs(x) > swipe && Math.abs(x) > Math.abs(y)) step(x < 0 ? 1 : -1);
      else if (y > 2 * swipe) onClose();
    },
  };
}
