import { incrementBase32, ulid } from 'ulid';
import { expect, test } from 'vitest';
import { isSnapshotId } from '../object-names.ts';
import { idNear } from './snapshot-id-near.ts';

const one = ulid(1_700_000_000_000);
const two = incrementBase32(one);
const three = incrementBase32(two);
const later = ulid(1_800_000_000_000);

test('a snapshot that is written anew comes right behind its old self', () => {
  expect(idNear(one, later, new Set([one, later]))).toBe(two);
  expect(idNear(one, later, new Set([one, two, later]))).toBe(three);
});

test('and before the one that follows, however close that is', () => {
  const below = idNear(two, three, new Set([two, three]));
  expect(below).toBe(one);
  expect(incrementBase32(idNear(two, three, new Set([one, two, three])))).toBe(one);
});

test('its id is that of a snapshot', () => {
  expect(isSnapshotId(idNear('7ZZZZZZZZZZZZZZZZZZZZZZZZY', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ', new Set()))).toBe(
    true,
  );
  expect(idNear('00000000000000000000000001', '00000000000000000000000003', new Set())).toBe(
    '00000000000000000000000002',
  );
});
