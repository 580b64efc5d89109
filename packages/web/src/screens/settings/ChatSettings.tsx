import { CloudUpload, FileInput } from 'lucide-react';
import type { ReactElement } from 'react';
import { RowGroup } from '../../design/Card.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Row } from '../../design/Row.tsx';
import { Screen } from '../../design/Screen.tsx';
import { Switch } from '../../design/Switch.tsx';
import { useEngine, useEngineState } from '../../shell/engine.ts';
import { useCommand } from '../../shell/use-command.ts';
import { useWords } from '../../words/use-words.ts';
import { ExportAll } from './parts/ExportAll.tsx';

/** Settings of the chats: what goes into backups, what comes in, what goes out. */
export default function ChatSettings(): ReactElement {
  const { settings } = useWords();
  const { backup, chats } = useEngineState();
  const engine = useEngine();
  const { run, problem } = useCommand();
  return (
    <Screen title={settings.chatSettings} back="/settings">
      {problem && <ProblemNotice problem={problem} />}
      <RowGroup title={settings.inBackups}>
        <Row
          icon={CloudUpload}
          title={settings.backup}
          detail={settings.backupDetail}
          value={backup.on ? settings.on : settings.off}
          href="/settings/backup"
        />
        <Switch
          label={settings.includeVideos}
          detail={settings.includeVideosDetail}
          checked={backup.includeVideos}
          onChange={(include) => void run(async () => engine.setIncludeVideos(include))}
        />
      </RowGroup>
      <RowGroup title={settings.inAndOut}>
        <Row icon={FileInput} title={settings.importTitle} detail={settings.importDetail} href="/import" />
        <ExportAll chats={chats.chats} />
      </RowGroup>
    </Screen>
  );
}
