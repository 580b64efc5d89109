import {
  Bell,
  CloudUpload,
  FileInput,
  HardDrive,
  Info,
  Languages,
  MessageSquare,
  MonitorSmartphone,
  Palette,
} from 'lucide-react';
import type { ReactElement } from 'react';
import { useRoute } from 'wouter';
import { Avatar } from '../../design/Avatar.tsx';
import { RowGroup } from '../../design/Card.tsx';
import { Row } from '../../design/Row.tsx';
import { Screen } from '../../design/Screen.tsx';
import { useEngineState } from '../../shell/engine.ts';
import { eventsToShow } from '../../shell/events/event-kinds.ts';
import { prefer, preferences } from '../../shell/preferences.ts';
import { useStore } from '../../shell/store.ts';
import { languages } from '../../words/language.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import { ChoiceRow } from './parts/ChoiceRow.tsx';

/** Settings: the list that leads to each. */
export default function Settings(): ReactElement {
  const { settings } = useWords();
  return (
    <Screen title={settings.title} back="/">
      <Account />
      <Chats />
      <Appearance />
      <App />
    </Screen>
  );
}

function Account(): ReactElement {
  const { settings } = useWords();
  const { account, events } = useEngineState();
  const format = useFormat();
  const fresh = eventsToShow(events).length;
  const [onDevices] = useRoute('/settings/devices');
  const [onEvents] = useRoute('/settings/events');
  if (account === undefined)
    return (
      <RowGroup title={settings.account}>
        <Row
          title={settings.notSignedIn}
          detail={settings.notSignedInDetail}
          href="/sign-in"
          start={<Avatar name="" />}
        />
      </RowGroup>
    );
  return (
    <RowGroup title={settings.account}>
      <Row title={account.phone} detail={account.deviceName} start={<Avatar name={account.deviceName} />} />
      <Row
        icon={MonitorSmartphone}
        title={settings.devices}
        detail={settings.devicesDetail}
        href="/settings/devices"
        current={onDevices}
      />
      <Row
        icon={Bell}
        title={settings.events}
        detail={settings.eventsDetail}
        {...(fresh > 0 && { value: settings.newEvents(fresh, format) })}
        href="/settings/events"
        current={onEvents}
      />
    </RowGroup>
  );
}

function Chats(): ReactElement {
  const { settings } = useWords();
  const backup = useEngineState('backup');
  const [onChats] = useRoute('/settings/chats');
  const [onBackup] = useRoute('/settings/backup/*?');
  return (
    <RowGroup title={settings.chats}>
      <Row
        icon={MessageSquare}
        title={settings.chats}
        detail={settings.chatsDetail}
        href="/settings/chats"
        current={onChats}
      />
      <Row
        icon={CloudUpload}
        title={settings.backup}
        detail={settings.backupDetail}
        value={backup.on ? settings.on : settings.off}
        href="/settings/backup"
        current={onBackup}
      />
      <Row icon={FileInput} title={settings.importTitle} detail={settings.importDetail} href="/import" />
    </RowGroup>
  );
}

function Appearance(): ReactElement {
  const { settings } = useWords();
  const { theme, language } = useStore(preferences);
  return (
    <RowGroup title={settings.appearance}>
      <ChoiceRow
        icon={Palette}
        title={settings.theme}
        value={theme}
        labels={{ system: settings.themeSystem, light: settings.themeLight, dark: settings.themeDark }}
        onChange={(chosen) => prefer({ theme: chosen })}
      />
      <ChoiceRow
        icon={Languages}
        title={settings.language}
        value={language}
        labels={{ system: settings.languageSystem, ...languages }}
        onChange={(chosen) => prefer({ language: chosen })}
      />
    </RowGroup>
  );
}

function App(): ReactElement {
  const { settings } = useWords();
  const [onStorage] = useRoute('/settings/storage');
  const [onReset] = useRoute('/settings/reset');
  const [onAbout] = useRoute('/settings/about');
  return (
    <RowGroup title={settings.app}>
      <Row
        icon={HardDrive}
        title={settings.storage}
        detail={settings.storageDetail}
        href="/settings/storage"
        current={onStorage || onReset}
      />
      <Row
        icon={Info}
        title={settings.about}
        detail={settings.aboutDetail}
        href="/settings/about"
        current={onAbout}
      />
    </RowGroup>
  );
}
