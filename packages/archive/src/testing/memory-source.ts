import { type Bytes, StrongroomError, utf8 } from '@strongroom/core';
import type { Category, EntryKind } from '../entry.ts';
import { comparePaths } from '../paths.ts';
import type { Source, SourceContent, SourceEntry } from '../source.ts';

/** A file, directory or link of a source in memory. A text is its content. */
export interface MemoryEntry {
  readonly kind?: EntryKind;
  readonly category?: Category;
  readonly content?: Bytes | string;
  readonly linkTarget?: string;
  readonly mode?: number;
  readonly mtimeNs?: bigint;
  /** Absent: the content is read every time. */
  readonly identity?: string;
}

export type MemoryTree = Readonly<Record<string, MemoryEntry | string>>;

/** A source in memory, for tests and trials. It counts how often it is read. */
export class MemorySource implements Source {
  readonly labels: readonly string[] = ['memory'];
  /** Paths that were opened, one for each time. */
  readonly opened: string[] = [];
  readonly #tree: MemoryTree;

  constructor(tree: MemoryTree) {
    this.#tree = tree;
  }

  async *entries(): AsyncGenerator<SourceEntry> {
    for (const path of Object.keys(this.#tree).toSorted(comparePaths)) {
      const entry = this.#tree[path]!;
      yield this.#entry(path, typeof entry === 'string' ? { content: entry } : entry);
    }
  }

  #entry(path: string, entry: MemoryEntry): SourceEntry {
    const { kind = 'file', category = 'other', mode = 0o644, mtimeNs = 1_700_000_000_000_000_000n } = entry;
    const content = contentOf(entry);
    const facts = { path, kind, category, size: content.length, mtimeNs, mode, identity: entry.identity };
    const link = entry.linkTarget === undefined ? {} : { linkTarget: entry.linkTarget };
    return { ...facts, ...link, open: async () => this.#open(path, content, mtimeNs, entry.identity) };
  }

  #open(path: string, content: Bytes, mtimeNs: bigint, identity: string | undefined): SourceContent {
    if (!(path in this.#tree)) throw new StrongroomError('source-missing', { path });
    this.opened.push(path);
    return {
      mtimeNs,
      identity,
      read: async (offset, length) => content.slice(offset, offset + length),
      changed: async () => false,
      close: async () => undefined,
    };
  }
}

function contentOf({ content = '' }: MemoryEntry): Bytes {
  return typeof content === 'string' ? utf8(content) : content;
}
