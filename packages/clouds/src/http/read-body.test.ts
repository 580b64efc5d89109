import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBody } from './read-body.ts';

async function* streamOf(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

async function* forever(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(64 * 1024 * 1024);
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(5);
  throw new Error('reset');
}

describe('a body', () => {
  test('is all that came, whatever was announced', async () => {
    const announcement = fc.oneof(
      fc.constantFrom(undefined, null, '', 'many', '-1', '1e99', 'NaN', '0'),
      fc.nat(20_000).map(String),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 9000 })),
        announcement,
        async (parts, announced) => {
          const body = await readBody(streamOf(parts), announced);
          expect(Buffer.compare(body, Buffer.concat(parts))).toBe(0);
          expect(body.byteOffset).toBe(0);
          expect(body.buffer.byteLength).toBe(body.length);
        },
      ),
    );
  });

  test('that does not end is given up', async () => {
    await expect(readBody(forever(), undefined)).rejects.toThrow('longer than');
  });

  test('fails as the connection fails', async () => {
    await expect(readBody(broken(), '10')).rejects.toThrow('reset');
  });
});
