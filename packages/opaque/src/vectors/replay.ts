import { concat, fromHex, type Random } from '@strongroom/core';

/**
 * Randomness that is no longer random: the values in turn. A scalar of 32 bytes fills the 64 that RandomScalar
 * asks for with zeros, which is the same number. A value too few or too many is a fault of the test.
 */
export function replay(...values: readonly string[]): Random {
  const rest = values.map(fromHex);
  return (length) => {
    const value = rest.shift();
    if (!value || value.length > length) throw new Error(`no random value of ${length} bytes is left`);
    return concat(value, new Uint8Array(length - value.length));
  };
}
