import type { Engine, MessageView } from '../../../engine/contract.ts';

// Read at once, and in all: beyond, one searches rather than looks through.
const atOnce = 500;
const most = 20_000;

/** All media of a chat that one can look through, the newest first. */
export async function readMedia(
  engine: Pick<Engine, 'mediaOf'>,
  chatId: number,
): Promise<readonly MessageView[]> {
  const all: MessageView[] = [];
  while (all.length < most) {
    const next = await engine.mediaOf(chatId, all.length, atOnce);
    all.push(...next);
    if (next.length < atOnce) break;
  }
  return all;
}

/** Whether something of a chat is looked at: it is a picture or a film. */
export function isSeen({ kind }: MessageView): boolean {
  return kind === 'image' || kind === 'video' || kind === 'sticker';
}

/** In rows of so many. */
export function inRows<T>(items: readonly T[], width: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / width) }, (_, row) =>
    items.slice(row * width, (row + 1) * width),
  );
}
