import { Laptop, LogOut, MonitorSmartphone } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { Button, ButtonLink } from '../../design/Button.tsx';
import { RowGroup } from '../../design/Card.tsx';
import { Empty } from '../../design/Empty.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Row } from '../../design/Row.tsx';
import { Screen } from '../../design/Screen.tsx';
import { ConfirmSheet } from '../../design/Sheet.tsx';
import { Skeleton } from '../../design/Skeleton.tsx';
import { Note } from '../../design/Stack.tsx';
import { useToast } from '../../design/Toast.tsx';
import { useEngine, useEngineState } from '../../shell/engine.ts';
import { useCommand } from '../../shell/use-command.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import { useDevices, type DeviceView } from './parts/use-devices.ts';

/** Who is signed in with one's number. */
export default function Devices(): ReactElement {
  const { devices } = useWords();
  const account = useEngineState('account');
  return (
    <Screen title={devices.title} back="/settings">
      {account === undefined ? <NotSignedIn /> : <List />}
    </Screen>
  );
}

function NotSignedIn(): ReactElement {
  const { devices } = useWords();
  return (
    <Empty
      icon={MonitorSmartphone}
      action={<ButtonLink href="/sign-in?next=/settings/devices">{devices.signIn}</ButtonLink>}
    >
      {devices.notSignedIn}
    </Empty>
  );
}

function List(): ReactElement {
  const { devices, common } = useWords();
  const { list, problem, again } = useDevices();
  const [chosen, setChosen] = useState<DeviceView>();
  if (problem)
    return (
      <ProblemNotice
        problem={problem}
        action={
          <Button variant="quiet" onClick={again}>
            {common.retry}
          </Button>
        }
      />
    );
  if (list === undefined) return <Skeleton rows={3} label={common.loading} />;
  const others = list.filter(({ isThis }) => !isThis);
  return (
    <>
      <RowGroup title={devices.here}>
        {list
          .filter(({ isThis }) => isThis)
          .map((device) => (
            <DeviceRow key={device.id} device={device} />
          ))}
        <SignOut />
      </RowGroup>
      <RowGroup title={devices.others} note={devices.note}>
        {others.length === 0 && <Row title={<Note>{devices.none}</Note>} />}
        {others.map((device) => (
          <DeviceRow key={device.id} device={device} onClick={() => setChosen(device)} />
        ))}
      </RowGroup>
      <Revoke device={chosen} onClose={() => setChosen(undefined)} onDone={again} />
    </>
  );
}

function DeviceRow({
  device: { name, addedAt, lastSeenAt, isThis },
  onClick,
}: {
  readonly device: DeviceView;
  readonly onClick?: () => void;
}): ReactElement {
  const { devices } = useWords();
  const format = useFormat();
  const seen = isThis || lastSeenAt === undefined ? [] : [devices.seen(lastSeenAt, format)];
  return (
    <Row
      icon={isThis ? MonitorSmartphone : Laptop}
      title={name || devices.unknown}
      detail={[devices.added(addedAt, format), ...seen].join(' · ')}
      {...(onClick && { onClick })}
    />
  );
}

function SignOut(): ReactElement {
  const { devices } = useWords();
  const engine = useEngine();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const { run, busy, problem } = useCommand();
  const signOut = async (): Promise<void> => {
    if (await run(async () => engine.signOut())) toast(devices.signedOut);
  };
  return (
    <>
      <Row
        icon={LogOut}
        tone="danger"
        title={devices.signOut}
        detail={devices.signOutDetail}
        onClick={() => setOpen(true)}
      />
      <ConfirmSheet
        open={open}
        onClose={() => setOpen(false)}
        title={devices.signOutTitle}
        confirm={devices.signOut}
        busy={busy}
        onConfirm={() => void signOut()}
      >
        <p>{devices.signOutText}</p>
        {problem && <ProblemNotice problem={problem} />}
      </ConfirmSheet>
    </>
  );
}

function Revoke({
  device,
  onClose,
  onDone,
}: {
  readonly device: DeviceView | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): ReactElement {
  const { devices } = useWords();
  const engine = useEngine();
  const toast = useToast();
  const { run, busy, problem, clear } = useCommand();
  const name = device?.name || devices.unknown;
  const close = (): void => {
    clear();
    onClose();
  };
  const revoke = async (): Promise<void> => {
    if (device === undefined || !(await run(async () => engine.revokeDevice(device.id)))) return;
    toast(devices.removed(name));
    close();
    onDone();
  };
  return (
    <ConfirmSheet
      open={device !== undefined}
      onClose={close}
      title={devices.removeTitle(name)}
      confirm={devices.remove}
      danger
      busy={busy}
      onConfirm={() => void revoke()}
    >
      <p>{devices.removeText}</p>
      {problem && <ProblemNotice problem={problem} />}
    </ConfirmSheet>
  );
}
