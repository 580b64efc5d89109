import { useCallback, useState, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Field } from '../../../design/Field.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Sheet } from '../../../design/Sheet.tsx';
import { Stack } from '../../../design/Stack.tsx';
import type { ChatView } from '../../../engine/contract.ts';
import { useEngine } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { dateOf, positionAt, startOfDay } from './position-at.ts';
import { useRead } from './use-read.ts';

/** Asks for a day, and tells the position of its first message. */
export function DateSheet({
  chat,
  open,
  onClose,
  onPosition,
}: {
  readonly chat: ChatView;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onPosition: (position: number) => void;
}): ReactElement {
  const { conversation } = useWords();
  return (
    <Sheet open={open} onClose={onClose} title={conversation.jump}>
      <DateForm
        chat={chat}
        onPosition={(position) => {
          onClose();
          onPosition(position);
        }}
      />
    </Sheet>
  );
}

function DateForm({
  chat,
  onPosition,
}: {
  readonly chat: ChatView;
  readonly onPosition: (position: number) => void;
}): ReactElement {
  const { conversation } = useWords();
  const format = useFormat();
  const { run, busy, problem } = useCommand();
  const timeOf = useTimeOf(chat.id);
  const { value: first } = useRead(useCallback(() => timeOf(0), [timeOf]));
  const last = chat.last?.at ?? Date.now();
  const [date, setDate] = useState(dateOf(last));
  const jump = async (): Promise<void> => {
    const at = startOfDay(date);
    if (at !== undefined) onPosition(await positionAt(chat.messages, timeOf, at));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void run(jump);
      }}
    >
      <Stack gap={4}>
        <Field
          type="date"
          label={conversation.date}
          value={date}
          onChange={setDate}
          required
          max={dateOf(last)}
          min={first === undefined ? undefined : dateOf(first)}
          help={
            first === undefined ? undefined : conversation.jumpHelp(format.date(first), format.date(last))
          }
        />
        {problem && <ProblemNotice problem={problem} />}
        <Button type="submit" variant="primary" wide busy={busy}>
          {conversation.jumpTo}
        </Button>
      </Stack>
    </form>
  );
}

function useTimeOf(chatId: number): (position: number) => Promise<number> {
  const engine = useEngine();
  return useCallback(
    async (position) => (await engine.messages(chatId, position, position + 1))[0]?.at ?? 0,
    [engine, chatId],
  );
}
