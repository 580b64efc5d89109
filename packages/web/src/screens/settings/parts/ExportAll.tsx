import { FileOutput } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { RowGroup } from '../../../design/Card.tsx';
import { CheckRow } from '../../../design/CheckRow.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Progress } from '../../../design/Progress.tsx';
import { Row } from '../../../design/Row.tsx';
import { ConfirmSheet } from '../../../design/Sheet.tsx';
import { useToast } from '../../../design/Toast.tsx';
import { useEngine } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { saveFile } from '../../../shell/save-file.ts';

/** Exports every chat as a zip of its own. @param chats how many there are */
export function ExportAll({ chats }: { readonly chats: number }): ReactElement {
  const { settings } = useWords();
  const format = useFormat();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const [media, setMedia] = useState(true);
  const { run, busy, problem, done } = useExport(media);
  const exportThem = async (): Promise<void> => {
    if (!(await run())) return;
    setOpen(false);
    toast(settings.exported(chats, format));
  };
  const none = chats === 0;
  return (
    <>
      <Row
        icon={FileOutput}
        title={settings.exportAll}
        detail={none ? settings.nothingToExport : settings.exportAllDetail}
        {...(!none && { onClick: () => setOpen(true) })}
      />
      <ConfirmSheet
        open={open}
        onClose={() => setOpen(false)}
        title={settings.exportTitle}
        confirm={settings.exportDo}
        busy={busy}
        onConfirm={() => void exportThem()}
      >
        <p>{settings.exportText(chats, format)}</p>
        <RowGroup>
          <CheckRow label={settings.exportMedia} checked={media} onChange={setMedia} />
        </RowGroup>
        {busy && <Progress label={settings.exporting(done, chats, format)} value={done / chats} />}
        {problem && <ProblemNotice problem={problem} />}
      </ConfirmSheet>
    </>
  );
}

function useExport(media: boolean): Pick<ReturnType<typeof useCommand>, 'busy' | 'problem'> & {
  readonly done: number;
  readonly run: () => Promise<boolean>;
} {
  const engine = useEngine();
  const [done, setDone] = useState(0);
  const command = useCommand();
  const exportEach = async (): Promise<void> => {
    setDone(0);
    for (const { id } of await engine.chats()) {
      saveFile(await engine.exportChat(id, { media }));
      setDone((count) => count + 1);
    }
  };
  return { ...command, done, run: () => command.run(exportEach) };
}
