type Methods = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;

/**
 * The methods of something that is not there yet: what is asked waits for it, and fails as it does.
 * @param coming called whenever something is asked
 */
export function late<T extends object>(coming: () => Promise<T>): T {
  return new Proxy({} as T, {
    get: (_, name) =>
      // Whoever is handed it may await it.
      typeof name === 'symbol' || name === 'then'
        ? undefined
        : async (...args: unknown[]) => ((await coming()) as Methods)[name]!(...args),
  });
}
