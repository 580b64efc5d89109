import type { EngineConnection } from './session.ts';

type Page = { readonly connectEngine: () => Promise<EngineConnection> };
const pages = import.meta.glob<Page>('../engine/page.ts');

/** Starts the engine; none while it is not built in. */
export async function connectEngine(): Promise<EngineConnection | undefined> {
  const load = pages['../engine/page.ts'];
  return load === undefined ? undefined : (await load()).connectEngine();
}
