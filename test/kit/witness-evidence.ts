import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * Who saw it: the network and the servers' ears (`wire`), their disks (`stored`), their standard output and error
 * (`log`), whoever looks over the shoulder of a person (`terminal`), and whoever lists processes (`arguments`).
 */
export type Witness = 'wire' | 'stored' | 'log' | 'terminal' | 'arguments';

/** Something that a witness saw. */
export interface Piece {
  readonly witness: Witness;
  readonly label: string;
  readonly bytes: Buffer;
}

/** Everything that the witnesses of a run saw. */
export class Evidence {
  readonly pieces: Piece[] = [];
  readonly #seen = new Set<string>();

  add(witness: Witness, label: string, content: Uint8Array | string): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
    // The same file stays the same file until it changes.
    const mark = createHash('sha256').update(`${witness}\0${label}\0`).update(bytes).digest('base64');
    if (this.#seen.has(mark)) return;
    this.#seen.add(mark);
    this.pieces.push({ witness, label, bytes });
  }

  /** Takes down all files below a folder as they are now, and what they are called. */
  async addFolder(folder: string): Promise<void> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries.map((entry) => join(entry.parentPath, entry.name));
    this.add('stored', 'names', paths.map((path) => relative(folder, path)).join('\n'));
    for (const [i, entry] of entries.entries()) {
      if (!entry.isFile()) continue;
      const content = await readFile(paths[i]!).catch(() => undefined);
      if (content) this.add('stored', relative(folder, paths[i]!), content);
    }
  }

  /** What a witness saw under labels that match. */
  of(witness: Witness, label: RegExp = /./): Piece[] {
    return this.pieces.filter((piece) => piece.witness === witness && label.test(piece.label));
  }
}
