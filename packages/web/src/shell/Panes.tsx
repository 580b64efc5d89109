import { Suspense, useDeferredValue, useState, type ReactElement, type ReactNode } from 'react';
import { matchRoute, Redirect, useLocation, useRouter } from 'wouter';
import { Empty } from '../design/Empty.tsx';
import { useWords } from '../words/use-words.ts';
import { isUsed, useEngineFact, useIsKnown } from './engine.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { useWide } from './media-query.ts';
import { useEntry } from './navigation.ts';
import { NotFound, Starting } from './OneScreen.tsx';
import { PaneContext, type Pane } from './pane.ts';
import styles from './Panes.module.css';
import { preferences } from './preferences.ts';
import { routes, screenOf, type Route } from './routes.ts';
import { useStore } from './store.ts';

/** The screen of the address; from 900 px on, the list that it belongs to stands on its left. */
export function Panes(): ReactElement {
  const { path, entry, moved } = usePlace();
  const { shell } = useWords();
  const wide = useWide();
  const found = useRouteOf(path);
  const fresh = useIsFresh();
  const known = useIsKnown();
  if (path === '/' && fresh) return <Redirect to="/welcome" replace />;
  const { route, params } = found;
  if (!known && route?.early !== true) return <Starting />;
  const twoPanes = wide && route?.list !== undefined;
  const isList = route?.list === route?.screen;
  const main: Pane = {
    isMain: true,
    takesFocus: moved,
    backIsShown: !twoPanes || isNested(path),
    entry: `${entry} ${path}`,
  };
  if (!twoPanes)
    return (
      <main className={styles.alone}>
        <Shown route={route?.screen} params={params} pane={main} path={path} />
      </main>
    );
  const aside: Pane = { ...main, isMain: isList, backIsShown: false, entry: `list ${route.list}` };
  return (
    <div className={styles.panes}>
      <Skip />
      <aside aria-label={shell.list} className={styles.list}>
        <Shown route={route.list} params={params} pane={aside} path={route.list ?? ''} />
      </aside>
      <main tabIndex={-1} className={styles.content}>
        {isList ? (
          <Nothing route={route} />
        ) : (
          <Shown route={route.screen} params={params} pane={main} path={path} />
        )}
      </main>
    </div>
  );
}

function skip(): void {
  document.querySelector<HTMLElement>('main')?.focus();
}

// Past the list, whoever uses a keyboard.
function Skip(): ReactElement {
  const { shell } = useWords();
  return (
    <button type="button" onClick={skip} className={styles.skip}>
      {shell.skip}
    </button>
  );
}

function Shown({
  route,
  params,
  pane,
  path,
}: {
  readonly route: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly pane: Pane;
  readonly path: string;
}): ReactElement {
  const Found = route === undefined ? undefined : screenOf(route);
  return (
    <PaneContext value={pane}>
      <ErrorBoundary subject={path}>
        <Suspense>
          <Keyed key={path}>{Found === undefined ? <NotFound /> : <Found params={params} />}</Keyed>
        </Suspense>
      </ErrorBoundary>
    </PaneContext>
  );
}

function Keyed({ children }: { readonly children: ReactNode }): ReactNode {
  return children;
}

function Nothing({ route }: { readonly route: Route }): ReactElement {
  const { shell } = useWords();
  return <Empty>{route.list === 'settings/Settings' ? shell.chooseSetting : shell.chooseChat}</Empty>;
}

// What is shown stays until the next screen was read in.
function usePlace(): { path: string; entry: string; moved: boolean } {
  const [location] = useLocation();
  const { key } = useEntry();
  const [entry = '', path = '/'] = useDeferredValue(`${key} ${location}`).split(' ');
  const [opened] = useState(path);
  const [moved, setMoved] = useState(false);
  if (!moved && path !== opened) setMoved(true);
  return { path, entry, moved };
}

function useRouteOf(path: string): { route?: Route; params: Readonly<Record<string, string>> } {
  const { parser } = useRouter();
  for (const route of routes) {
    const [matches, params] = matchRoute(parser, route.path, path);
    if (matches) return { route, params: params as Readonly<Record<string, string>> };
  }
  return { params: {} };
}

// Below a screen of the right pane there is a way back to it; the list on the left leads to the others.
function isNested(path: string): boolean {
  return path.split('/').length > 3;
}

function useIsFresh(): boolean {
  const nobody = !useEngineFact(isUsed);
  const known = useIsKnown();
  const { welcomed, used } = useStore(preferences);
  return nobody && !welcomed && (known || !used);
}
