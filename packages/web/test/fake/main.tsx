import { createRoot } from 'react-dom/client';
import { App, wishedLanguages } from '../../src/shell/App.tsx';
import { storeOf } from '../../src/shell/store.ts';
import { followTheme } from '../../src/shell/theme.ts';
import type { Session } from '../../src/shell/session.ts';
import { loadLanguage } from '../../src/words/language.ts';
import type { EngineState } from '../../src/engine/contract.ts';
import { fakeEngine, type FakeEngine } from '../fake-engine.ts';

// The app over an engine in memory: `vite`, then /test/fake/index.html?at=/settings/backup. A test sets
// `window.fakeState` before, and steers by `window.fake`.

declare global {
  interface Window {
    fake: FakeEngine;
    fakeState?: Partial<EngineState>;
  }
}

followTheme();
window.fake = fakeEngine(window.fakeState);
const language = await loadLanguage(wishedLanguages());
document.documentElement.lang = language.code;
history.replaceState(null, '', new URLSearchParams(location.search).get('at') ?? '/');
const session = storeOf<Session>({ tab: 'ours', connection: window.fake });
const tabs = {
  ...session,
  takeOver: () => undefined,
  startDespite: () => undefined,
  settled: Promise.resolve(),
};
createRoot(document.querySelector('#app')!).render(
  <App tabs={tabs} update={storeOf(undefined)} language={language} />,
);
