import type { LucideIcon } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { RowGroup } from '../../../design/Card.tsx';
import { RadioRows } from '../../../design/RadioRows.tsx';
import { Row } from '../../../design/Row.tsx';
import { Sheet } from '../../../design/Sheet.tsx';

/** A row that says what is chosen, and opens a sheet with what there is to choose. */
export function ChoiceRow<V extends string>({
  icon,
  title,
  value,
  labels,
  onChange,
}: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly value: V;
  /** What there is to choose, in this order. */
  readonly labels: Readonly<Record<V, string>>;
  readonly onChange: (value: V) => void;
}): ReactElement {
  const [open, setOpen] = useState(false);
  const options = Object.entries<string>(labels).map(([own, label]) => ({ value: own as V, label }));
  return (
    <>
      <Row icon={icon} title={title} value={labels[value]} onClick={() => setOpen(true)} />
      <Sheet open={open} onClose={() => setOpen(false)} title={title}>
        <RowGroup>
          <RadioRows label={title} value={value} options={options} onChange={onChange} />
        </RowGroup>
      </Sheet>
    </>
  );
}
