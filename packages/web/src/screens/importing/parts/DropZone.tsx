import { FileInput } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { useEngine } from '../../../shell/engine.ts';
import { useGo } from '../../../shell/navigation.ts';
import { useWords } from '../../../words/use-words.ts';
import styles from './DropZone.module.css';
import { imports } from './import-queue.ts';

/** Takes exported chats that are dropped anywhere on the app. */
export function DropZone(): ReactElement | undefined {
  const { importing } = useWords();
  const engine = useEngine();
  const go = useGo();
  const isOver = useDrop((files) => {
    void imports.add(engine, files);
    go('/import');
  });
  if (!isOver) return undefined;
  return (
    <div aria-hidden className={styles.zone}>
      <div className={styles.frame}>
        <FileInput size={48} strokeWidth={1.5} />
        <p className={styles.title}>{importing.drop}</p>
        <p className={styles.detail}>{importing.dropDetail}</p>
      </div>
    </div>
  );
}

function useDrop(take: (files: readonly File[]) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    const events: { readonly [name: string]: (event: DragEvent) => void } = {
      dragover: (event) => {
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        setIsOver(true);
      },
      dragleave: (event) => {
        // Only when it has left the window: in it, one leaves one element for the next.
        if (event.relatedTarget === null) setIsOver(false);
      },
      drop: (event) => {
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        setIsOver(false);
        const files = [...event.dataTransfer.files];
        if (files.length > 0) take(files);
      },
    };
    const entries = Object.entries(events) as [
      'dragover' | 'dragleave' | 'drop',
      (event: DragEvent) => void,
    ][];
    for (const [name, listener] of entries) addEventListener(name, listener);
    return () => {
      for (const [name, listener] of entries) removeEventListener(name, listener);
    };
  });
  return isOver;
}
