import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App, wishedLanguages } from './shell/App.tsx';
import { connectEngine, endEarlyWorker } from './shell/connect-engine.ts';
import { keepFocus } from './shell/keep-focus.ts';
import { preferences } from './shell/preferences.ts';
import { readInChatList } from './shell/routes.ts';
import { isKept, keepOffline } from './shell/service-worker-client.ts';
import { joinTabs } from './shell/session.ts';
import { followTheme } from './shell/theme.ts';
import { prepareFormat } from './words/prepare-format.ts';
import { loadLanguage } from './words/language.ts';

followTheme();
keepFocus();
// Where the app is kept on the device, that takes less than to draw twice.
const comesBack = location.pathname === '/' && isKept() && preferences.get().used;
const firstScreen = comesBack ? readInChatList() : undefined;
// Locks and cryptography are for secure pages only.
const tabs = isSecureContext ? joinTabs(connectEngine, endEarlyWorker) : undefined;
const language = await loadLanguage(wishedLanguages());
document.documentElement.lang = language.code;
// The engine opens its files while the first screen is drawn.
await Promise.all([tabs?.asked, firstScreen]);
const update = keepOffline(tabs?.settled ?? Promise.resolve());

createRoot(document.querySelector('#app')!).render(
  <StrictMode>
    <App tabs={tabs} update={update} language={language} />
  </StrictMode>,
);
prepareFormat(language.format);
