import { FileDown, FileInput } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { RowGroup } from '../../../design/Card.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Row } from '../../../design/Row.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { Skeleton } from '../../../design/Skeleton.tsx';
import { Note } from '../../../design/Stack.tsx';
import type { OtherFile, Problem } from '../../../engine/contract.ts';
import { useEngine } from '../../../shell/engine.ts';
import { useGo } from '../../../shell/navigation.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { saveFile } from '../../../shell/save-file.ts';
import { imports } from '../../importing/parts/import-queue.ts';
import { isExport, nameOf } from './export-names.ts';

// So many more are shown with each tap.
const atOnce = 100;

/** The backup has no chats, but files: they can be saved, and chats that WhatsApp exported can be imported. */
export function OtherFiles({ problem }: { readonly problem: Problem }): ReactElement {
  const { restore, common } = useWords();
  const engine = useEngine();
  const { run, problem: failed } = useCommand();
  const [files, setFiles] = useState<readonly OtherFile[]>();
  const [shown, setShown] = useState(atOnce);
  useEffect(() => {
    void run(async () => setFiles(await engine.otherFiles()));
  }, [engine, run]);
  return (
    <Screen title={restore.title} back="/welcome">
      <ProblemNotice problem={problem} />
      {failed && <ProblemNotice problem={failed} />}
      {files === undefined && failed === undefined && <Skeleton rows={3} label={common.loading} />}
      {files !== undefined && (
        <RowGroup title={restore.otherFiles}>
          {files.slice(0, shown).map((file) => (
            <FileRow key={file.path} file={file} />
          ))}
        </RowGroup>
      )}
      {files !== undefined && files.length > shown && (
        <Button wide onClick={() => setShown(shown + atOnce)}>
          {common.more}
        </Button>
      )}
      <Note>{restore.otherFilesNote}</Note>
    </Screen>
  );
}

function FileRow({ file: { path, size } }: { readonly file: OtherFile }): ReactElement {
  const { restore } = useWords();
  const format = useFormat();
  const engine = useEngine();
  const go = useGo();
  const { run, busy, problem } = useCommand();
  const imported = isExport(path);
  const take = async (): Promise<void> => {
    const blob = await engine.otherFile(path);
    if (!imported) return saveFile(blob, nameOf(path));
    void imports.add(engine, [new File([blob], nameOf(path), { type: blob.type })]);
    go('/import');
  };
  const doing = imported ? restore.otherImport : restore.otherSave;
  return (
    <>
      <Row
        icon={imported ? FileInput : FileDown}
        title={path}
        detail={busy ? restore.otherComing : `${format.size(size)} · ${doing}`}
        onClick={() => void run(take)}
      />
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}
