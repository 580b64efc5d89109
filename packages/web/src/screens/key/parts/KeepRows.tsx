import { Check, Copy, FileDown, Printer, QrCode as QrIcon, Vault } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { RowGroup } from '../../../design/Card.tsx';
import { Row } from '../../../design/Row.tsx';
import { Sheet } from '../../../design/Sheet.tsx';
import { Note } from '../../../design/Stack.tsx';
import { useToast } from '../../../design/Toast.tsx';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { linesOf } from '../key-text.ts';
import { PasswordManagerSheet } from './PasswordManagerSheet.tsx';
import { QrCode } from './QrCode.tsx';
import { saveFile } from '../../../shell/save-file.ts';

type Way = 'copied' | 'managed' | 'printed' | 'saved' | 'seen';

/** The ways to keep a key; those that were used have a tick. */
export function KeepRows({
  groups,
  account,
  at,
}: {
  readonly groups: readonly string[];
  readonly account: string;
  readonly at: number;
}): ReactElement {
  const { key } = useWords();
  const format = useFormat();
  const toast = useToast();
  const [used, setUsed] = useState<ReadonlySet<Way>>(new Set());
  const [open, setOpen] = useState<'managed' | 'seen'>();
  const use = (way: Way): void => setUsed(new Set([...used, way]));
  const tick = (way: Way): ReactElement | undefined =>
    used.has(way) ? <Check size={20} aria-label={key.doneMark} /> : undefined;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(linesOf(groups));
    use('copied');
    toast(key.copied);
  };
  const save = (): void => {
    const text = key.file(account, format.date(at), linesOf(groups));
    saveFile(new Blob([text], { type: 'text/plain;charset=utf-8' }), key.fileName);
    use('saved');
  };
  const show = (way: 'managed' | 'seen'): void => {
    setOpen(way);
    if (way === 'seen') use(way);
  };
  const close = (): void => setOpen(undefined);
  return (
    <>
      <RowGroup title={key.keepTitle} note={key.keepNote}>
        <Row
          icon={Vault}
          title={key.manager}
          detail={key.managerDetail}
          end={tick('managed')}
          onClick={() => show('managed')}
        />
        <Row
          icon={Printer}
          title={key.print}
          detail={key.printDetail}
          end={tick('printed')}
          onClick={() => (use('printed'), print())}
        />
        <Row
          icon={FileDown}
          title={key.saveFile}
          detail={key.saveFileDetail}
          end={tick('saved')}
          onClick={save}
        />
        <Row
          icon={QrIcon}
          title={key.qr}
          detail={key.qrDetail}
          end={tick('seen')}
          onClick={() => show('seen')}
        />
        <Row
          icon={Copy}
          title={key.copy}
          detail={key.copyDetail}
          end={tick('copied')}
          onClick={() => void copy()}
        />
      </RowGroup>
      <PasswordManagerSheet
        open={open === 'managed'}
        onClose={close}
        onSaved={() => (use('managed'), close())}
        account={account}
        digits={groups.join('')}
      />
      <Sheet open={open === 'seen'} onClose={close} title={key.qr}>
        <QrCode groups={groups} label={key.qrLabel} />
        <Note>{key.qrNote}</Note>
      </Sheet>
    </>
  );
}
