import type { Engine, MessageView } from '../../../engine/contract.ts';

// Read at once.
const atOnce = 500;

/** All media of a chat, the newest first, as they are read: again and again what is there so far, seldom when it is much. */
export async function* readMedia(
  engine: Pick<Engine, 'mediaOf'>,
  chatId: number,
): AsyncGenerator<{ readonly messages: readonly MessageView[]; readonly complete: boolean }> {
  const all: MessageView[] = [];
  for (let told = 0; ;) {
    const next = await engine.mediaOf(chatId, all.length, atOnce);
    all.push(...next);
    const complete = next.length < atOnce;
    // Twice as much each time: what is done with all of them is then done a few times.
    if (complete || all.length >= 2 * told) yield { messages: [...all], complete };
    if (complete) return;
    if (all.length >= 2 * told) told = all.length;
  }
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
