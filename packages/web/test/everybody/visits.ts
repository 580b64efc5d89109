/** Whose device a screen is looked at on: one that was never here, one that looks for its backup, one that has all. */
export type Who = 'new' | 'searching' | 'settled';

/** Each address of `src/shell/routes.ts`, and on whose device it has most to show. `:id` is a chat that is there. */
export const visits: Readonly<Record<string, Who>> = {
  '/': 'settled',
  '/welcome': 'new',
  '/sign-in': 'new',
  '/chat/:id': 'settled',
  '/chat/:id/media': 'settled',
  '/search': 'settled',
  '/import': 'settled',
  '/restore': 'searching',
  '/settings': 'settled',
  '/settings/chats': 'settled',
  '/settings/devices': 'settled',
  '/settings/events': 'settled',
  '/settings/storage': 'settled',
  '/settings/reset': 'settled',
  '/settings/about': 'settled',
  '/settings/backup': 'settled',
  '/settings/backup/turn-on': 'searching',
  '/settings/backup/turn-off': 'settled',
  '/settings/backup/password': 'settled',
  '/settings/backup/key': 'settled',
  '/settings/backup/passkey': 'settled',
  '/settings/backup/health': 'settled',
};
