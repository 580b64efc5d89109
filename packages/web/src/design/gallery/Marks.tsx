import type { ReactElement } from 'react';
import { Avatar } from '../Avatar.tsx';
import { Card } from '../Card.tsx';
import { Dial } from '../Dial.tsx';
import { KeyGroups } from '../KeyGroups.tsx';
import { Line, Stack } from '../Stack.tsx';

const key = '7f2a 09be c3d1 55f0 1a2b 3c4d 5e6f 7081 92a3 b4c5 d6e7 f809 1b2c 3d4e 5f60 7182'.split(' ');
const names = [
  'Anna Beck',
  'Ben',
  'Çağla Öz',
  'Dmitri',
  'Emre',
  'Fatima Z',
  'Gül',
  'Hans Huber',
  '+49 170 1',
];

/** The mark, avatars and the key. */
export function Marks(): ReactElement {
  return (
    <Stack>
      <Line>
        <Dial />
        <Dial size={72} />
        <Dial size={96} progress={0} label="Nothing yet" />
        <Dial size={96} progress={0.45} label="Backing up" />
        <Dial size={96} progress={1} label="Done" />
      </Line>
      <Line>
        <Dial size={96} tries={{ left: 10, limit: 10 }} label="10 tries left" />
        <Dial size={96} tries={{ left: 6, limit: 10 }} label="6 tries left" />
        <Dial size={96} tries={{ left: 1, limit: 10 }} tone="danger" label="1 try left" />
        <Dial size={72} tone="brass" />
      </Line>
      <Line>
        {names.map((name) => (
          <Avatar key={name} name={name} />
        ))}
        <Avatar name="Garden" isGroup />
        <Avatar name="Anna Beck" size={72} />
        <Avatar name="Ben" size={32} />
      </Line>
      <Card tone="brass">
        <KeyGroups groups={key} />
      </Card>
    </Stack>
  );
}
