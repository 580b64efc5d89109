type Methods = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;

/** The methods of something that is not there yet: what is asked waits for it, and fails as it does. */
export function late<T extends object>(coming: Promise<T>): T {
  // Who asks hears that it failed, and so does who made it.
  coming.catch(() => undefined);
  return new Proxy({} as T, {
    get: (_, name) =>
      // Whoever is handed it may await it.
      typeof name === 'symbol' || name === 'then'
        ? undefined
        : async (...args: unknown[]) => ((await coming) as Methods)[name]!(...args),
  });
}
