/** Where to go on after signing in: a path of this app, as `?next=` names it; anything else is none. */
export function nextPath(query: string, origin: string): string | undefined {
  const next = new URLSearchParams(query).get('next');
  if (next === null || !next.startsWith('/') || !URL.canParse(next, origin)) return undefined;
  const url = new URL(next, origin);
  const isOurs = url.origin === origin && !url.pathname.startsWith('//');
  return isOurs && url.pathname !== '/sign-in' ? `${url.pathname}${url.search}` : undefined;
}
