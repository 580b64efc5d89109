import { useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { Notice } from '../../../design/Notice.tsx';
import { Sheet } from '../../../design/Sheet.tsx';
import { useWords } from '../../../words/use-words.ts';
import { keyInPicture } from './key-picture.ts';
import styles from './KeyScan.module.css';

// How often a picture of the camera is looked at, milliseconds.
const lookEvery = 200;

/** The camera, until it sees the QR code of a key. */
export function KeyScan({
  open,
  onClose,
  onFound,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onFound: (groups: readonly string[]) => void;
}): ReactElement {
  const { key } = useWords();
  return (
    <Sheet open={open} onClose={onClose} title={key.scanTitle}>
      {open && <Camera onFound={onFound} />}
    </Sheet>
  );
}

function Camera({ onFound }: { readonly onFound: (groups: readonly string[]) => void }): ReactElement {
  const { key } = useWords();
  const video = useRef<HTMLVideoElement>(null);
  const [refused, setRefused] = useState(false);
  useCamera(video, () => setRefused(true));
  useLooking(video, onFound);
  if (refused) return <Notice live>{key.noCamera}</Notice>;
  return (
    <figure className={styles.figure}>
      <video ref={video} muted playsInline aria-label={key.camera} className={styles.video} />
      <figcaption className={styles.caption}>{key.scanHelp}</figcaption>
    </figure>
  );
}

function useCamera(video: RefObject<HTMLVideoElement | null>, onRefused: () => void): void {
  useEffect(() => {
    let over = false;
    let stream: MediaStream | undefined;
    const stop = (): void => stream?.getTracks().forEach((track) => track.stop());
    const start = async (): Promise<void> => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      if (over || video.current === null) return stop();
      video.current.srcObject = stream;
      await video.current.play();
    };
    start().catch(() => over || onRefused());
    return () => {
      over = true;
      stop();
    };
    // The camera is started once, when it is shown.
  }, []);
}

function useLooking(
  video: RefObject<HTMLVideoElement | null>,
  onFound: (groups: readonly string[]) => void,
): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const look = async (): Promise<void> => {
      const { current } = video;
      const found =
        current && current.videoWidth > 0
          ? await keyInPicture(current, current.videoWidth, current.videoHeight)
          : undefined;
      if (over) return;
      if (found) onFound(found);
      else timer = setTimeout(() => void look(), lookEvery);
    };
    void look();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [video, onFound]);
}
