import { expect, test } from 'vitest';

test('everything runs on the Node that the lock file brings, whatever Node the system has', () => {
  expect(process.version).toMatch(/^v26\./);
});
