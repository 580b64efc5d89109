import { utf8 } from '@strongroom/core';

const longestPath = 32 * 1024;

// Empty, `.` or `..`.
const hasBadSegment = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** Which of two paths comes first in a manifest: they are ordered by the bytes of their UTF-8. */
export function comparePaths(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return inUtf8Order(x) - inUtf8Order(y);
  }
  return a.length - b.length;
}

// In UTF-16 surrogates sort below U+E000 to U+FFFF, in UTF-8 the characters they stand for sort above.
function inUtf8Order(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/**
 * Whether a path may stand in a manifest: relative, no segment empty, `.` or `..`, no NUL, whole characters, at
 * most 32 KiB. A target decides further what its platform allows.
 */
export function isSafePath(path: string): boolean {
  if (path.length === 0 || path.includes('\0') || !path.isWellFormed()) return false;
  return !hasBadSegment.test(path) && isShort(path);
}

function isShort(path: string): boolean {
  // Nothing in UTF-16 is more than three times as long in UTF-8.
  if (3 * path.length <= longestPath) return true;
  return path.length <= longestPath && utf8(path).length <= longestPath;
}
