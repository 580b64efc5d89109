import { createRoot, type Root } from 'react-dom/client';
import { App, wishedLanguages } from '../../src/shell/App.tsx';
import { storeOf } from '../../src/shell/store.ts';
import { followTheme } from '../../src/shell/theme.ts';
import type { Session } from '../../src/shell/session.ts';
import { loadLanguage } from '../../src/words/language.ts';
import type { EngineState } from '../../src/engine/contract.ts';
import { fakeEngine, type FakeEngine } from '../fake-engine.ts';

// The app over an engine in memory: `vite`, then /test/fake/index.html?at=/settings/backup. A test has it begin anew with
// `window.begin`, which takes a fraction of a page load, and steers by `window.fake`.

declare global {
  interface Window {
    fake: FakeEngine;
    begin: (path: string, state?: Partial<EngineState>) => void;
  }
}

followTheme();
const language = await loadLanguage(wishedLanguages());
document.documentElement.lang = language.code;
let root: Root | undefined;

window.begin = (path, state) => {
  root?.unmount();
  root = createRoot(document.querySelector('#app')!);
  window.fake = fakeEngine(state);
  history.replaceState(null, '', path);
  const session = storeOf<Session>({ tab: 'ours', connection: window.fake });
  const tabs = {
    ...session,
    takeOver: () => undefined,
    startDespite: () => undefined,
    asked: Promise.resolve(),
    settled: Promise.resolve(),
  };
  root.render(<App tabs={tabs} update={storeOf(undefined)} language={language} />);
};
window.begin(new URLSearchParams(location.search).get('at') ?? '/');
