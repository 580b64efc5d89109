/** Longest line that is read, UTF-16 units; what is beyond comes as further lines. */
export const longestLine = 1_000_000;

/**
 * The lines of a text that is read piece by piece, without line breaks. What is not UTF-8 becomes U+FFFD: of a damaged
 * export as much is read as can be.
 * @param checkBytes called with the bytes read so far; may throw to stop
 */
export async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  checkBytes: (bytes: number) => void = () => {},
): AsyncGenerator<string, void, undefined> {
  let rest = '';
  let bytes = 0;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform: (chunk, controller) => {
      checkBytes((bytes += chunk.length));
      controller.enqueue(chunk);
    },
  });
  const text = stream.pipeThrough(counted).pipeThrough(new TextDecoderStream());
  for await (const piece of iterate(text)) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield* cut(withoutReturn(line));
    while (rest.length > longestLine) {
      yield rest.slice(0, longestLine);
      rest = rest.slice(longestLine);
    }
  }
  if (rest !== '') yield* cut(withoutReturn(rest));
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function* cut(line: string): Generator<string, void, undefined> {
  if (line.length <= longestLine) yield line;
  else for (let at = 0; at < line.length; at += longestLine) yield line.slice(at, at + longestLine);
}

// Safari reads streams by readers alone.
async function* iterate(stream: ReadableStream<string>): AsyncGenerator<string, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
