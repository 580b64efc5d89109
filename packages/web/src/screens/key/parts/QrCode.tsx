import { encodeQR } from 'qr';
import { useMemo, type ReactElement } from 'react';
import styles from './QrCode.module.css';

/** A key as a QR code: capitals, so that the code is small (ISO/IEC 18004, alphanumeric). Dark on light in any theme. */
export function QrCode({
  groups,
  label,
}: {
  readonly groups: readonly string[];
  readonly label: string;
}): ReactElement {
  const { size, path } = useMemo(() => drawn(groups.join('').toUpperCase()), [groups]);
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      className={styles.code}
    >
      <rect width={size} height={size} className={styles.light} />
      <path d={path} className={styles.dark} />
    </svg>
  );
}

function drawn(text: string): { readonly size: number; readonly path: string } {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', encoding: 'alphanumeric', border: 3 });
  const path = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return { size: modules.length, path };
}
