import type { SendHttp } from './http.ts';
import { readBody } from './read-body.ts';

/** HTTP by `fetch`, which browsers have. */
export function fetchHttp(send: typeof fetch = fetch): SendHttp {
  return async ({ url, body, signal, ...request }) => {
    const init = {
      ...request,
      redirect: 'manual' as const,
      ...(body && { body }),
      ...(signal && { signal }),
    };
    const { status, headers, body: stream } = await send(url, init);
    return { status, body: await readBody(partsOf(stream), headers.get('content-length')) };
  };
}

// Not every browser iterates over a stream by itself.
async function* partsOf(stream: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = stream?.getReader();
  if (!reader) return;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    // Whoever stops early wants no more of it.
    await reader.cancel().catch(() => undefined);
  }
}
