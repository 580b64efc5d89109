import { lazy, type ComponentType } from 'react';
import Welcome from '../screens/welcome/Welcome.tsx';

/** What a screen is given: the parts of the address that have a name. */
export interface ScreenParams {
  readonly params: Readonly<Record<string, string>>;
}

/** A screen: the default export of `src/screens/<room>/<Name>.tsx`. */
export type ScreenComponent = ComponentType<ScreenParams>;

/** An address, its screen, and what stands on its left where there is room. */
export interface Route {
  readonly path: string;
  readonly screen: string;
  /** The screen of the left pane; the same as `screen`: then the right one says what to choose. Absent: it stands alone. */
  readonly list?: 'chats/ChatList' | 'chats/Search' | 'settings/Settings';
  /** It can be shown before the engine has started: nothing in it depends on more than what it asks the engine for. */
  readonly early?: true;
}

/** Every address of the app. The first that fits holds. */
export const routes: readonly Route[] = [
  { path: '/', screen: 'chats/ChatList', list: 'chats/ChatList', early: true },
  { path: '/welcome', screen: 'welcome/Welcome', early: true },
  { path: '/sign-in', screen: 'welcome/SignIn' },
  { path: '/chat/:id', screen: 'chats/Conversation', list: 'chats/ChatList', early: true },
  { path: '/chat/:id/media', screen: 'chats/ChatMedia', list: 'chats/ChatList' },
  { path: '/search', screen: 'chats/Search', list: 'chats/Search' },
  { path: '/import', screen: 'importing/Import' },
  { path: '/restore', screen: 'restore/Restore' },
  { path: '/settings', screen: 'settings/Settings', list: 'settings/Settings' },
  { path: '/settings/chats', screen: 'settings/ChatSettings', list: 'settings/Settings' },
  { path: '/settings/devices', screen: 'settings/Devices', list: 'settings/Settings' },
  { path: '/settings/events', screen: 'settings/Events', list: 'settings/Settings' },
  { path: '/settings/storage', screen: 'settings/Storage', list: 'settings/Settings' },
  { path: '/settings/reset', screen: 'settings/Reset', list: 'settings/Settings' },
  { path: '/settings/about', screen: 'settings/About', list: 'settings/Settings' },
  { path: '/settings/backup', screen: 'backup/Backup', list: 'settings/Settings' },
  { path: '/settings/backup/turn-on', screen: 'backup/TurnOn', list: 'settings/Settings' },
  { path: '/settings/backup/turn-off', screen: 'backup/TurnOff', list: 'settings/Settings' },
  { path: '/settings/backup/password', screen: 'backup/Password', list: 'settings/Settings' },
  { path: '/settings/backup/key', screen: 'key/Key', list: 'settings/Settings' },
  { path: '/settings/backup/passkey', screen: 'backup/Passkey', list: 'settings/Settings' },
  { path: '/settings/backup/health', screen: 'backup/Health', list: 'settings/Settings' },
];

type Module = { readonly default: ComponentType<ScreenParams> };
const modules = import.meta.glob<Module>(['../screens/*/*.tsx', '!../screens/**/*.test.tsx']);
// Whoever was never here sees it first: it comes with the page.
const screens = new Map<string, ScreenComponent>([['welcome/Welcome', Welcome]]);

/** Reads in the list of chats, where whoever comes back begins; it is then drawn at once. Without it, it is later. */
export async function readInChatList(): Promise<void> {
  const name = 'chats/ChatList';
  try {
    const found = await modules[`../screens/${name}.tsx`]?.();
    if (found !== undefined) screens.set(name, found.default);
  } catch {
    // Asked for again when it is shown, and then it is said.
  }
}

/** The screen of a name, read in when it is first shown; none when there is no such file. */
export function screenOf(name: string): ScreenComponent | undefined {
  const load = modules[`../screens/${name}.tsx`];
  if (load === undefined) return undefined;
  const screen = screens.get(name) ?? lazy(load);
  screens.set(name, screen);
  return screen;
}
