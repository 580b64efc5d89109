/** A picture of the album, `docs/screens/<name>-light.png` and `-dark.png`. */
export interface Picture {
  readonly name: string;
  readonly title: string;
  /** The address of `src/shell/routes.ts` that it shows. */
  readonly path: string;
}

/** More than this no picture may weigh, bytes. */
export const mostBytes = 60_000;

/** All pictures, in the order of the album. */
export const album: readonly Picture[] = [
  { name: 'welcome', title: 'Welcome', path: '/welcome' },
  { name: 'sign-in', title: 'Signing in', path: '/sign-in' },
  { name: 'chats', title: 'Chats', path: '/' },
  { name: 'chat', title: 'A chat', path: '/chat/:id' },
  { name: 'chat-media', title: 'Photos and files of a chat', path: '/chat/:id/media' },
  { name: 'search', title: 'Search', path: '/search' },
  { name: 'import', title: 'Bringing chats from WhatsApp', path: '/import' },
  { name: 'chat-wide', title: 'A chat, on a desktop', path: '/chat/:id' },
  { name: 'turn-on', title: 'Turning on: what shall open it', path: '/settings/backup/turn-on' },
  { name: 'turn-on-key', title: 'Turning on: the 64-digit key', path: '/settings/backup/turn-on' },
  { name: 'turn-on-password', title: 'Turning on: the password', path: '/settings/backup/turn-on' },
  { name: 'turned-on', title: 'It is on', path: '/settings/backup/turn-on' },
  { name: 'backup-off', title: 'Before the first backup', path: '/settings/backup' },
  { name: 'backup', title: 'The backup', path: '/settings/backup' },
  { name: 'backup-wide', title: 'The backup, on a desktop', path: '/settings/backup' },
  { name: 'password', title: 'The password', path: '/settings/backup/password' },
  { name: 'key', title: 'The key', path: '/settings/backup/key' },
  { name: 'passkey', title: 'Passkeys', path: '/settings/backup/passkey' },
  { name: 'health', title: 'Is the backup whole?', path: '/settings/backup/health' },
  { name: 'turn-off', title: 'Turning off', path: '/settings/backup/turn-off' },
  { name: 'restore-none', title: 'No backup of this number', path: '/restore' },
  { name: 'restore-password', title: 'The backup was found', path: '/restore' },
  { name: 'restore-wrong', title: 'A wrong password', path: '/restore' },
  { name: 'restore-nearly-locked', title: 'The last tries, and a wait', path: '/restore' },
  { name: 'restore-key', title: 'The 64-digit key', path: '/restore' },
  { name: 'restore-coming', title: 'Messages first, media behind', path: '/restore' },
  { name: 'restore-done', title: 'Everything is back', path: '/restore' },
  { name: 'settings', title: 'Settings', path: '/settings' },
  { name: 'settings-chats', title: 'Settings of the chats', path: '/settings/chats' },
  { name: 'devices', title: 'Devices', path: '/settings/devices' },
  { name: 'events', title: 'Security events', path: '/settings/events' },
  { name: 'events-wide', title: 'Security events, on a desktop', path: '/settings/events' },
  { name: 'storage', title: 'Storage', path: '/settings/storage' },
  { name: 'reset', title: 'Resetting a device', path: '/settings/reset' },
  { name: 'about', title: 'About, and what a web app cannot promise', path: '/settings/about' },
];
