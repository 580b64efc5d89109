const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const idLength = 26;

/**
 * A free id for a snapshot that is written anew: the next behind the one it had and before those that follow, so that
 * snapshots stay in their order. Where those are too close, the next before the one it had.
 * @param id ULID that it had
 * @param following ULID of the next snapshot that stays
 * @param taken ULIDs of all snapshots in the store
 */
export function idNear(id: string, following: string, taken: ReadonlySet<string>): string {
  const end = numberOf(following);
  for (let n = numberOf(id) + 1n; n < end; n++) if (!taken.has(textOf(n))) return textOf(n);
  let n = numberOf(id) - 1n;
  while (taken.has(textOf(n))) n--;
  return textOf(n);
}

/** The 128 bits of a ULID in Crockford's base 32. */
function numberOf(id: string): bigint {
  let value = 0n;
  for (const digit of id) value = value * 32n + BigInt(digits.indexOf(digit));
  return value;
}

function textOf(number: bigint): string {
  let text = '';
  for (let rest = number; text.length < idLength; rest /= 32n) text = digits[Number(rest % 32n)]! + text;
  return text;
}
