/** What a data set promises. */
export interface Size {
  /** Rows in `message` on day one. */
  readonly messages: number;
  readonly chats: number;
  /** Media files on day one, and their sizes together in bytes. */
  readonly media: number;
  readonly mediaBytes: number;
  /** What the second day brings. */
  readonly day: {
    readonly messages: number;
    readonly media: number;
    readonly mediaBytes: number;
    /** Old messages, anywhere, that are corrected or starred. */
    readonly edits: number;
  };
}

export type SizeName = 'full' | 'small';

/** `full` is the phone of somebody who chats a lot; `small` is a tenth of it, to try the benchmark out. */
export const sizes: Readonly<Record<SizeName, Size>> = {
  full: {
    messages: 500_000,
    chats: 800,
    media: 2010,
    mediaBytes: 645_000_000,
    day: { messages: 2000, media: 20, mediaBytes: 6_400_000, edits: 5 },
  },
  small: {
    messages: 50_000,
    chats: 200,
    media: 201,
    mediaBytes: 64_500_000,
    day: { messages: 200, media: 2, mediaBytes: 640_000, edits: 5 },
  },
};
