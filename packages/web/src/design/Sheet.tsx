import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { useWords } from '../words/use-words.ts';
import { Button } from './Button.tsx';
import { IconButton } from './IconButton.tsx';
import styles from './Sheet.module.css';

/** What a sheet is given. */
export interface SheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children?: ReactNode;
  /** Buttons, the main one first. */
  readonly actions?: ReactNode;
  /** False: only an action closes it, because something is under way. */
  readonly dismissible?: boolean;
}

/** From below on a phone, a dialog on a desktop. Keeps the focus inside, gives it back when it closes. */
export function Sheet({
  open,
  onClose,
  title,
  children,
  actions,
  dismissible = true,
}: SheetProps): ReactElement | undefined {
  const words = useWords();
  // One that was never opened is nothing: a screen need not wait for it. It is made closed, so that it comes in.
  const [made, setMade] = useState(false);
  useEffect(() => setMade((before) => before || open), [open]);
  if (!open && !made) return undefined;
  return (
    <Dialog.Root
      open={open && made}
      onOpenChange={(next) => !next && dismissible && onClose()}
      disablePointerDismissal={!dismissible}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Viewport className={styles.viewport}>
          <Dialog.Popup className={styles.sheet}>
            <div className={styles.head}>
              <Dialog.Title className={styles.title}>{title}</Dialog.Title>
              {dismissible && <Dialog.Close render={<IconButton icon={X} label={words.common.close} />} />}
            </div>
            <div className={styles.body}>{children}</div>
            {actions !== undefined && <div className={styles.actions}>{actions}</div>}
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Asks once before something happens. */
export function ConfirmSheet({
  open,
  onClose,
  title,
  children,
  confirm,
  onConfirm,
  danger = false,
  busy = false,
}: Omit<SheetProps, 'actions' | 'dismissible'> & {
  /** What the button says: the deed itself, never "OK". */
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly danger?: boolean;
  readonly busy?: boolean;
}): ReactElement {
  const words = useWords();
  const actions = (
    <>
      <Button variant={danger ? 'danger' : 'primary'} wide busy={busy} onClick={onConfirm}>
        {confirm}
      </Button>
      <Button variant="secondary" wide disabled={busy} onClick={onClose}>
        {words.common.cancel}
      </Button>
    </>
  );
  return (
    <Sheet open={open} onClose={onClose} title={title} actions={actions} dismissible={!busy}>
      {children}
    </Sheet>
  );
}
