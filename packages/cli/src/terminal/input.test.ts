import { beforeAll, expect, test } from 'vitest';
import { nextLine } from './input.ts';
import { stopReading } from './stop-reading.ts';

beforeAll(stopReading);

test('what asks after the stop is answered as by an end, and does not wait for ever', async () => {
  await expect(nextLine('The password')).rejects.toMatchObject({ code: 'wrong-usage' });
});
