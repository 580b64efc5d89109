import type { ReactElement } from 'react';
import { useEngineState } from '../../shell/engine.ts';
import { BackupOff } from './parts/BackupOff.tsx';
import { BackupOn } from './parts/BackupOn.tsx';

/** Settings > Chat backup: before the first one, and ever after. */
export default function Backup(): ReactElement {
  const backup = useEngineState('backup');
  return backup.on ? <BackupOn /> : <BackupOff />;
}
