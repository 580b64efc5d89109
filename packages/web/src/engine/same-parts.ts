/** The newer of two plain values, with the parts of the older one that are equal: who looks at a part sees that it is the same. */
export function withSameParts<T extends object>(before: T, next: T): T {
  const parts = Object.entries(next).map(([name, part]): [string, unknown] => {
    const known: unknown = Reflect.get(before, name);
    return [name, JSON.stringify(known) === JSON.stringify(part) ? known : part];
  });
  return Object.fromEntries(parts) as T;
}
