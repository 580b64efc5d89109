import type { ReactElement } from 'react';
import styles from './Marked.module.css';
import { piecesOf, type Marks } from './snippet.ts';

/** A text with what was found in it marked, and its addresses as links. */
export function Marked({
  text,
  marks = [],
  links = false,
}: {
  readonly text: string;
  readonly marks?: Marks;
  /** False where the text is in a link already. */
  readonly links?: boolean;
}): ReactElement {
  return (
    <>
      {piecesOf(text, marks).map((piece, index) => {
        const shown = piece.marked ? <mark className={styles.mark}>{piece.text}</mark> : piece.text;
        if (!links || piece.href === undefined) return <span key={index}>{shown}</span>;
        return (
          <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer" className={styles.link}>
            {shown}
          </a>
        );
      })}
    </>
  );
}
