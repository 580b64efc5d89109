import { useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { RowGroup } from '../../../design/Card.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { RadioRows } from '../../../design/RadioRows.tsx';
import { Sheet } from '../../../design/Sheet.tsx';
import { Note } from '../../../design/Stack.tsx';
import { useToast } from '../../../design/Toast.tsx';
import { useEngine } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useWords } from '../../../words/use-words.ts';
import { saveFile } from '../../../shell/save-file.ts';

/** Asks how a chat is to be exported, and saves it. */
export function ExportSheet({
  chatId,
  open,
  onClose,
}: {
  readonly chatId: number;
  readonly open: boolean;
  readonly onClose: () => void;
}): ReactElement {
  const { conversation } = useWords();
  const engine = useEngine();
  const toast = useToast();
  const { run, busy, problem } = useCommand();
  const [what, setWhat] = useState<'media' | 'plain'>('media');
  const save = async (): Promise<void> => {
    const file = await engine.exportChat(chatId, { media: what === 'media' });
    saveFile(file, file.name);
    toast(conversation.exported);
    onClose();
  };
  const actions = (
    <Button variant="primary" wide busy={busy} onClick={() => void run(save)}>
      {conversation.exportNow}
    </Button>
  );
  return (
    <Sheet open={open} onClose={onClose} title={conversation.export} actions={actions} dismissible={!busy}>
      <Note>{conversation.exportText}</Note>
      <RowGroup>
        <RadioRows
          label={conversation.export}
          value={what}
          onChange={setWhat}
          options={[
            { value: 'media', label: conversation.exportMedia, detail: conversation.exportMediaDetail },
            { value: 'plain', label: conversation.exportPlain, detail: conversation.exportPlainDetail },
          ]}
        />
      </RowGroup>
      {problem && <ProblemNotice problem={problem} />}
    </Sheet>
  );
}
