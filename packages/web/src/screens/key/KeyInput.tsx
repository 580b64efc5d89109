import { groupNames } from '@strongroom/client';
import { FileUp, ScanQrCode } from 'lucide-react';
import { useCallback, useId, useRef, useState, type ReactElement, type RefObject } from 'react';
import { Button } from '../../design/Button.tsx';
import { classNames } from '../../design/class-names.ts';
import { Line } from '../../design/Stack.tsx';
import { useWords } from '../../words/use-words.ts';
import styles from './KeyInput.module.css';
import { groupFault, pasted, type GroupFault } from './key-text.ts';
import { keyInFile } from './parts/key-picture.ts';
import { KeyScan } from './parts/KeyScan.tsx';

/** What the fields of a key are given. `noGroups`, `isWhole` and `digitsOf` of `key-text.ts` go with it. */
export interface KeyInputProps {
  /** 16 texts. */
  readonly groups: readonly string[];
  readonly onChange: (groups: readonly string[]) => void;
  /** Every group that cannot be right is named, also those that were not touched: after one tried to go on. */
  readonly strict?: boolean;
}

/** 16 fields for a 64-digit key, rows A to D and columns 1 to 4; or from a file, a picture, the camera. */
export function KeyInput({ groups, onChange, strict = false }: KeyInputProps): ReactElement {
  const { key } = useWords();
  const id = useId();
  const grid = useRef<HTMLDivElement>(null);
  const [touched, setTouched] = useState<ReadonlySet<number>>(new Set());
  const faults = groups.map((group, at) => faultToShow(group, strict || touched.has(at), strict));
  const type = (at: number, text: string): void => {
    const length = text.replaceAll(/\s/g, '').length;
    onChange(length > 4 ? pasted(groups, at, text) : groups.with(at, text));
    if (length >= 4 && groupFault(text.slice(0, 4)) === undefined) focusOn(grid, at + 1);
  };
  return (
    <div className={styles.whole}>
      <div
        ref={grid}
        role="group"
        aria-label={key.inputLabel}
        aria-describedby={`${id}-faults`}
        className={styles.grid}
      >
        <span />
        {[1, 2, 3, 4].map((column) => (
          <span key={column} aria-hidden className={styles.name}>
            {column}
          </span>
        ))}
        {groupNames.map((name, at) => [
          at % 4 === 0 && (
            <span key={name[0]} aria-hidden className={styles.name}>
              {name[0]}
            </span>
          ),
          <input
            key={name}
            aria-label={name}
            aria-invalid={faults[at] !== undefined || undefined}
            value={groups[at] ?? ''}
            onChange={(event) => type(at, event.target.value)}
            onPaste={(event) => {
              event.preventDefault();
              onChange(pasted(groups, at, event.clipboardData.getData('text')));
            }}
            onKeyDown={(event) => {
              if (event.key === 'Backspace' && groups[at] === '') focusOn(grid, at - 1);
            }}
            onBlur={() => setTouched(new Set([...touched, at]))}
            autoComplete="off"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            className={classNames(styles.input, faults[at] && styles.wrong)}
          />,
        ])}
      </div>
      <Faults id={`${id}-faults`} faults={faults} />
      <Elsewhere onFound={onChange} />
    </div>
  );
}

// An empty field is no fault while the others are still being typed.
function faultToShow(group: string, left: boolean, strict: boolean): GroupFault | undefined {
  const fault = groupFault(group);
  if (fault === 'empty') return strict ? fault : undefined;
  return left || fault !== 'short' ? fault : undefined;
}

function focusOn(grid: RefObject<HTMLDivElement | null>, at: number): void {
  grid.current?.querySelectorAll('input')[at]?.focus();
}

function Faults({
  id,
  faults,
}: {
  readonly id: string;
  readonly faults: readonly (GroupFault | undefined)[];
}): ReactElement {
  const { key } = useWords();
  const wrong = faults.flatMap((fault, at) => (fault ? [{ name: groupNames[at]!, fault }] : []));
  return (
    <ul id={id} aria-live="polite" className={styles.faults}>
      {wrong.slice(0, 3).map(({ name, fault }) => (
        <li key={name}>{key.fault(name, key.faults[fault])}</li>
      ))}
      {wrong.length > 3 && <li>{key.moreFaults(wrong.length - 3)}</li>}
    </ul>
  );
}

function Elsewhere({ onFound }: { readonly onFound: (groups: readonly string[]) => void }): ReactElement {
  const { key } = useWords();
  const [scanning, setScanning] = useState(false);
  const [nothing, setNothing] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const found = useCallback(
    (groups: readonly string[]) => {
      setScanning(false);
      setNothing(false);
      onFound(groups);
    },
    [onFound],
  );
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const groups = await keyInFile(file);
    if (groups) found(groups);
    else setNothing(true);
  };
  return (
    <>
      <Line>
        <Button icon={ScanQrCode} onClick={() => setScanning(true)}>
          {key.scan}
        </Button>
        <Button icon={FileUp} onClick={() => chooser.current?.click()}>
          {key.fromFile}
        </Button>
      </Line>
      <input
        ref={chooser}
        type="file"
        accept="text/plain,image/*"
        hidden
        aria-label={key.fromFile}
        onChange={(event) => {
          void read(event.target.files?.[0]);
          // The same file may be chosen once more.
          event.target.value = '';
        }}
      />
      <p role="status" className={styles.nothing}>
        {nothing && key.nothingInFile}
      </p>
      <KeyScan open={scanning} onClose={() => setScanning(false)} onFound={found} />
    </>
  );
}
