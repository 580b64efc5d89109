import { decodeTime, incrementBase32, ulid } from 'ulid';

/** A fresh ULID that sorts behind `last`, even when the clock went back. @param now milliseconds since 1970 */
export function nextSnapshotId(last: string | undefined, now: number): string {
  if (last === undefined) return ulid(now);
  const id = ulid(Math.max(now, decodeTime(last)));
  return id > last ? id : incrementBase32(last);
}
