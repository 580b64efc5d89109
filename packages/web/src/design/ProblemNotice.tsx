import { Copy } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { Problem } from '../engine/contract.ts';
import { sentenceOf } from '../words/sentence-of.ts';
import { useFormat, useWords } from '../words/use-words.ts';
import { Notice } from './Notice.tsx';
import styles from './Notice.module.css';
import { useToast } from './Toast.tsx';

/** An error: its sentence, and its code, small, to copy. */
export function ProblemNotice({
  problem,
  action,
}: {
  readonly problem: Problem;
  readonly action?: ReactNode;
}): ReactElement {
  const words = useWords();
  const toast = useToast();
  const format = useFormat();
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(problem.code);
    toast(words.common.copied);
  };
  return (
    <Notice tone="danger" live action={action}>
      <p>{sentenceOf(problem, words, format)}</p>
      <button
        type="button"
        onClick={() => void copy()}
        title={words.common.copyCode}
        aria-label={`${words.common.copyCode}: ${problem.code}`}
        className={styles.code}
      >
        {problem.code}
        <Copy size={14} aria-hidden />
      </button>
    </Notice>
  );
}
