const limit = 200;
const offsets = new Map<string, number>();

/** How far something was scrolled, pixels; 0 when that is not known. */
export function offsetOf(name: string | undefined): number {
  return name === undefined ? 0 : (offsets.get(name) ?? 0);
}

/** Remembers how far something is scrolled, until the page is closed. */
export function rememberOffset(name: string | undefined, offset: number): void {
  if (name === undefined) return;
  offsets.delete(name);
  offsets.set(name, offset);
  const [oldest] = offsets.keys();
  if (offsets.size > limit && oldest !== undefined) offsets.delete(oldest);
}
