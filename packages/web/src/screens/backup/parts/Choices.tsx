import { CalendarClock } from 'lucide-react';
import type { ReactElement } from 'react';
import { RowGroup } from '../../../design/Card.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Switch } from '../../../design/Switch.tsx';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useWords } from '../../../words/use-words.ts';
import { ChoiceRow } from '../../settings/parts/ChoiceRow.tsx';

/** How often, and with videos or without. */
export function Choices(): ReactElement {
  const { backup: words } = useWords();
  const engine = useEngine();
  const { run, problem } = useCommand();
  const { schedule, includeVideos } = useEngineState('backup');
  return (
    <>
      <RowGroup title={words.whatAndWhen} note={words.scheduleNote}>
        <ChoiceRow
          icon={CalendarClock}
          title={words.schedule}
          value={schedule}
          labels={words.schedules}
          onChange={(value) => void run(async () => engine.setSchedule(value))}
        />
        <Switch
          label={words.videos}
          detail={words.videosDetail}
          checked={includeVideos}
          onChange={(include) => void run(async () => engine.setIncludeVideos(include))}
        />
      </RowGroup>
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}
