import type { ReactElement } from 'react';
import { VERSION } from '@strongroom/core';
import { RowGroup } from '../../design/Card.tsx';
import { Dial } from '../../design/Dial.tsx';
import { Row } from '../../design/Row.tsx';
import { Screen } from '../../design/Screen.tsx';
import { useEngineState } from '../../shell/engine.ts';
import { useWords } from '../../words/use-words.ts';
import { licences } from './licences.ts';
import { usePromise } from './parts/use-promise.ts';

/** What this app is, what it can promise and what it cannot, and on whose work it stands. */
export default function About(): ReactElement {
  const { settings, common } = useWords();
  const promise = usePromise(useEngineState('backup').vault);
  return (
    <Screen title={settings.about} back="/settings">
      <RowGroup>
        <Row start={<Dial size={32} />} title={common.product} detail={`${settings.version} ${VERSION}`} />
      </RowGroup>
      <RowGroup title={settings.promises}>
        <Row title={settings.promiseHere} detail={settings.promiseHereText} />
        <Row title={promise.title} detail={promise.text} />
      </RowGroup>
      <RowGroup title={settings.limits}>
        <Row title={settings.limitServer} detail={settings.limitServerText} />
        <Row title={settings.limitDevice} detail={settings.limitDeviceText} />
        <Row title={settings.limitClear} detail={settings.limitClearText} />
      </RowGroup>
      <RowGroup title={settings.licences} note={settings.licencesNote}>
        {licences.map(({ name, licence }) => (
          <Row key={name} title={name} value={licence} />
        ))}
      </RowGroup>
    </Screen>
  );
}
