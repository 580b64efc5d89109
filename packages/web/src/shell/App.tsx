import { CSPProvider } from '@base-ui/react/csp-provider';
import { Suspense, useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { Router, useLocation } from 'wouter';
import { ToastProvider } from '../design/Toast.tsx';
import { loadLanguage } from '../words/language.ts';
import { LanguageContext, type Language } from '../words/use-words.ts';
import { DropZone } from '../screens/importing/parts/DropZone.tsx';
import { Banners } from './Banners.tsx';
import { EngineContext, isUsed, useEngineFact, useIsKnown } from './engine.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { EventNotices } from './events/EventNotices.tsx';
import { Gallery } from './gallery.ts';
import { notingSteps } from './navigation.ts';
import { InsecurePage, OtherTab, Starting, StartFailed } from './OneScreen.tsx';
import { Panes } from './Panes.tsx';
import { prefer, preferences } from './preferences.ts';
import type { Update } from './service-worker-client.ts';
import type { OneTab } from './session.ts';
import { useStore, type Store } from './store.ts';

/** The whole app. */
export function App({
  tabs,
  update,
  language,
}: {
  readonly tabs: OneTab | undefined;
  readonly update: Store<Update | undefined>;
  readonly language: Language;
}): ReactElement {
  return (
    <Spoken first={language}>
      <CSPProvider disableStyleElements>
        <ErrorBoundary>
          <ToastProvider>
            <Router aroundNav={notingSteps}>
              <Banners update={update} tabs={tabs} />
              <Suspense>
                <Whole tabs={tabs} />
              </Suspense>
            </Router>
          </ToastProvider>
        </ErrorBoundary>
      </CSPProvider>
    </Spoken>
  );
}

function Whole({ tabs }: { readonly tabs: OneTab | undefined }): ReactElement {
  const [path] = useLocation();
  if (Gallery !== undefined && path === '/design') return <Gallery />;
  return tabs === undefined ? <InsecurePage /> : <Working tabs={tabs} />;
}

function Working({ tabs }: { readonly tabs: OneTab }): ReactElement {
  const session = useStore(tabs);
  if (session.tab === 'elsewhere') return <OtherTab onUse={tabs.takeOver} />;
  if (session.tab !== 'ours') return <Starting />;
  if (session.problem !== undefined)
    return <StartFailed problem={session.problem} onStart={tabs.startDespite} />;
  return (
    <EngineContext value={session.connection}>
      <DropZone />
      <RememberUse />
      <EventNotices />
      <Panes />
    </EngineContext>
  );
}

// The next time the page is opened, it is known what to show before the engine is. Where that was not remembered, and
// somebody known here was welcomed, the chats follow.
function RememberUse(): undefined {
  const [path, go] = useLocation();
  const used = useEngineFact(isUsed);
  const known = useIsKnown();
  const isFirst = useRef(true);
  useEffect(() => {
    if (!known) return;
    if (isFirst.current && used && !preferences.get().used && path === '/welcome') go('/', { replace: true });
    isFirst.current = false;
    if (preferences.get().used !== used) prefer({ used });
  }, [known, used, path, go]);
  return undefined;
}

function Spoken({
  first,
  children,
}: {
  readonly first: Language;
  readonly children: ReactNode;
}): ReactElement {
  const [language, setLanguage] = useState(first);
  const { language: chosen } = useStore(preferences);
  useEffect(() => {
    let late = false;
    const read = async (): Promise<void> => {
      const next = await loadLanguage(wishedLanguages());
      if (late) return;
      document.documentElement.lang = next.code;
      setLanguage(next);
    };
    void read();
    return () => {
      late = true;
    };
  }, [chosen]);
  return <LanguageContext value={language}>{children}</LanguageContext>;
}

/** The languages one reads, the best first: one's choice, then the browser's. */
export function wishedLanguages(): readonly string[] {
  const { language } = preferences.get();
  const regional = navigator.languages.filter((locale) => locale.startsWith(language));
  return language === 'system' ? navigator.languages : [...regional, language];
}
