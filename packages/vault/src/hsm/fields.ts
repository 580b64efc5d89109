import { os2ip } from '@strongroom/core';

/** The fields that `encode` put together. @throws RangeError unless they are exactly `count`, and nothing more */
export function decodeFields(bytes: Uint8Array, count: number): readonly Uint8Array[] {
  const fields: Uint8Array[] = [];
  let at = 0;
  while (fields.length < count) {
    const end = at + 2 + os2ip(bytes.subarray(at, at + 2));
    if (at + 2 > bytes.length || end > bytes.length) throw new RangeError('a field is cut short');
    fields.push(bytes.slice(at + 2, end));
    at = end;
  }
  if (at !== bytes.length) throw new RangeError('there is more than the fields');
  return fields;
}
