import { preferences } from './preferences.ts';

/** Shows the page in the colours that were chosen, from now on. */
export function followTheme(): void {
  applyTheme();
  preferences.subscribe(applyTheme);
}

function applyTheme(): void {
  const { theme } = preferences.get();
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  colourFrame(theme);
}

// The browser's own frame has a colour for each scheme; with a choice, both have the chosen one.
function colourFrame(theme: 'system' | 'light' | 'dark'): void {
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const own = meta.media.includes('dark') ? 'dark' : 'light';
    meta.content = (theme === 'system' ? own : theme) === 'dark' ? '#101614' : '#f7f5f0';
  }
}
