import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App, wishedLanguages } from './shell/App.tsx';
import { connectEngine } from './shell/connect-engine.ts';
import { keepFocus } from './shell/keep-focus.ts';
import { keepOffline } from './shell/service-worker-client.ts';
import { joinTabs } from './shell/session.ts';
import { followTheme } from './shell/theme.ts';
import { loadLanguage } from './words/language.ts';

followTheme();
keepFocus();
const language = await loadLanguage(wishedLanguages());
document.documentElement.lang = language.code;
// Locks and cryptography are for secure pages only.
const tabs = isSecureContext ? joinTabs(connectEngine) : undefined;
const update = keepOffline(tabs?.settled ?? Promise.resolve());

createRoot(document.querySelector('#app')!).render(
  <StrictMode>
    <App tabs={tabs} update={update} language={language} />
  </StrictMode>,
);
