import type { ReactElement } from 'react';
import { useWords } from '../words/use-words.ts';
import styles from './KeyGroups.module.css';

const rows = ['A', 'B', 'C', 'D'];
const columns = [1, 2, 3, 4];

/** A 64-digit key: 16 groups of four, each with a name, so that two people can read it to each other. */
export function KeyGroups({ groups }: { readonly groups: readonly string[] }): ReactElement {
  const words = useWords();
  return (
    <table className={styles.key}>
      <caption className="visually-hidden">{words.common.keyCaption}</caption>
      <thead>
        <tr>
          <td />
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={row}>
            <th scope="row">{row}</th>
            {columns.map((column) => (
              <td key={column} className={styles.group}>
                {groups[index * 4 + column - 1]}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
