import { CalendarClock } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { RowGroup } from '../../../design/Card.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { RadioRows } from '../../../design/RadioRows.tsx';
import { Row } from '../../../design/Row.tsx';
import { Sheet } from '../../../design/Sheet.tsx';
import { Switch } from '../../../design/Switch.tsx';
import type { Schedule } from '../../../engine/contract.ts';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useWords } from '../../../words/use-words.ts';

const schedules: readonly Schedule[] = ['daily', 'weekly', 'monthly', 'manual'];

/** How often, and with videos or without. */
export function Choices(): ReactElement {
  const { backup: words } = useWords();
  const engine = useEngine();
  const { run, problem } = useCommand();
  const { schedule, includeVideos } = useEngineState().backup;
  const [open, setOpen] = useState(false);
  return (
    <>
      <RowGroup title={words.whatAndWhen} note={words.scheduleNote}>
        <Row
          icon={CalendarClock}
          title={words.schedule}
          value={words.schedules[schedule]}
          onClick={() => setOpen(true)}
        />
        <Switch
          label={words.videos}
          detail={words.videosDetail}
          checked={includeVideos}
          onChange={(include) => void run(async () => engine.setIncludeVideos(include))}
        />
      </RowGroup>
      {problem && <ProblemNotice problem={problem} />}
      <Sheet open={open} onClose={() => setOpen(false)} title={words.schedule}>
        <RowGroup>
          <RadioRows
            label={words.schedule}
            value={schedule}
            options={schedules.map((value) => ({ value, label: words.schedules[value] }))}
            onChange={(value) => void run(async () => engine.setSchedule(value))}
          />
        </RowGroup>
      </Sheet>
    </>
  );
}
