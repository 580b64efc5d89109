// Browsers that enforce Trusted Types take a worker's address from a policy alone; the others take any string.
interface Policy {
  createScriptURL(address: string): unknown;
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): Policy;
}

let policy: Policy | undefined;

/**
 * The address of a script of ours, as `new Worker` and `serviceWorker.register` take it. Makes the policy `strongroom`,
 * the only one that the page's Content-Security-Policy allows.
 * @throws TypeError for any other address
 */
export function trustedScript(address: string): string {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  if (factory === undefined) return ownScript(address, location.origin);
  policy ??= factory.createPolicy('strongroom', {
    createScriptURL: (asked) => ownScript(asked, location.origin),
  });
  return policy.createScriptURL(address) as string;
}

/** The whole address of a script that was built into the app. @throws TypeError for any other address */
export function ownScript(address: string, origin: string): string {
  const url = new URL(address, origin);
  const isBuilt = url.pathname === '/sw.js' || /^\/assets\/[\w.-]+\.js$/.test(url.pathname);
  if (url.origin === origin && (isBuilt || import.meta.env.DEV)) return url.href;
  throw new TypeError(`Not a script of this app: ${url.pathname}`);
}
