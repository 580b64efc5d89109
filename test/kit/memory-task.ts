/** Something that a process of its own does, and measures the memory of. */
export interface MemoryTask {
  readonly act: 'backup' | 'restore' | 'verify';
  readonly data: MemoryData;
  /** A folder for the cloud, the journal and what is restored. */
  readonly root: string;
  /** Keep of packs no more than their sizes: what is backed up then needs no room, and cannot be restored. */
  readonly discard?: boolean;
}

/** What is backed up. */
export type MemoryData =
  | { readonly kind: 'folder'; readonly folder: string }
  /** Made while it is read. @see GeneratedSource */
  | { readonly kind: 'generated'; readonly files: number; readonly bytes: number };

/** What it came to. */
export interface MemoryReport {
  readonly peakMiB: number;
  readonly seconds: number;
  readonly files: number;
  readonly bytes: number;
  /** Bytes sent, by a backup. */
  readonly uploadedBytes: number;
}
