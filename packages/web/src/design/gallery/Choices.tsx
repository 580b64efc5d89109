import { Bell, CloudUpload, KeyRound, Trash2 } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { Avatar } from '../Avatar.tsx';
import { RowGroup } from '../Card.tsx';
import { CheckRow } from '../CheckRow.tsx';
import { RadioRows } from '../RadioRows.tsx';
import { Row } from '../Row.tsx';
import { Stack } from '../Stack.tsx';
import { Switch } from '../Switch.tsx';

/** Rows, switches and choices. */
export function Choices(): ReactElement {
  const [on, setOn] = useState(true);
  const [often, setOften] = useState<'daily' | 'weekly'>('daily');
  return (
    <Stack>
      <RowGroup title="Backup" note="Only when this device is online.">
        <Row icon={CloudUpload} title="Chat backup" detail="End-to-end encrypted" value="on" href="/design" />
        <Row icon={KeyRound} tone="brass" title="64-digit key" detail="Kept" href="/design" />
        <Row icon={Bell} title="Security events" value="3" href="/nowhere" current />
        <Row
          start={<Avatar name="Anna Beck" />}
          title="Anna Beck"
          detail="A very long line that tells of something that goes on and on, past the end of the row"
          value="07:12"
        />
        <Row icon={Trash2} tone="danger" title="Turn off" onClick={() => {}} />
      </RowGroup>
      <RowGroup>
        <Switch label="Include videos" detail="312 MB more" checked={on} onChange={setOn} />
        <Switch label="Off" checked={!on} onChange={(value) => setOn(!value)} />
        <Switch label="Not possible" checked disabled onChange={() => {}} />
        <CheckRow label="I have saved the key" checked={on} onChange={setOn} />
      </RowGroup>
      <RowGroup title="How often">
        <RadioRows
          label="How often"
          value={often}
          onChange={setOften}
          options={[
            { value: 'daily', label: 'Daily' },
            { value: 'weekly', label: 'Weekly', detail: 'On Sundays' },
          ]}
        />
      </RowGroup>
    </Stack>
  );
}
