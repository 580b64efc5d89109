import { Archive, Download, Plus, Search, Trash2 } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { Button, ButtonLink } from '../Button.tsx';
import { IconButton } from '../IconButton.tsx';
import { Menu } from '../Menu.tsx';
import { ConfirmSheet, Sheet } from '../Sheet.tsx';
import { Line, Stack } from '../Stack.tsx';
import { useToast } from '../Toast.tsx';

/** Buttons, menus and sheets. */
export function Buttons(): ReactElement {
  const [open, setOpen] = useState<'sheet' | 'confirm'>();
  const toast = useToast();
  const close = (): void => setOpen(undefined);
  return (
    <Stack>
      <Button variant="primary" wide>
        Back up now
      </Button>
      <Line>
        <Button onClick={() => setOpen('sheet')}>Open a sheet</Button>
        <Button variant="quiet" onClick={() => toast('Copied')}>
          Show a toast
        </Button>
        <Button variant="danger" onClick={() => setOpen('confirm')}>
          Delete the backup
        </Button>
      </Line>
      <Line>
        <Button variant="primary" busy>
          Backing up
        </Button>
        <Button disabled>Not now</Button>
        <Button icon={Download}>Save as a file</Button>
        <ButtonLink href="/design">A link</ButtonLink>
      </Line>
      <Line>
        <IconButton icon={Search} label="Search" />
        <IconButton icon={Plus} label="Add" disabled />
        <Menu
          label="More"
          items={[
            { label: 'Export chat', icon: Archive, onSelect: () => toast('Exported') },
            { label: 'Not possible', disabled: true, onSelect: () => {} },
            { label: 'Delete', icon: Trash2, tone: 'danger', onSelect: () => setOpen('confirm') },
          ]}
        />
      </Line>
      <Sheet
        open={open === 'sheet'}
        onClose={close}
        title="Where the key is kept"
        actions={
          <Button variant="primary" wide onClick={close}>
            Done
          </Button>
        }
      >
        <p>Only this password or your 64-digit key opens your backup. We can't.</p>
      </Sheet>
      <ConfirmSheet
        open={open === 'confirm'}
        onClose={close}
        title="Delete the backup?"
        confirm="Delete"
        danger
        onConfirm={close}
      >
        <p>What is in the cloud is gone then. Your chats on this device stay.</p>
      </ConfirmSheet>
    </Stack>
  );
}
