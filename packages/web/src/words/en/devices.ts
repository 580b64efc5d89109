import type { Format } from '../format.ts';

/** The texts of the devices of an account. */
export const devices = {
  title: 'Devices',
  here: 'This device',
  others: 'Others',
  none: 'Nobody else is signed in with your number.',
  added: (at: number, format: Format) => `Signed in ${format.day(at)}`,
  seen: (at: number, format: Format) => `last seen ${format.day(at)}`,
  note: 'A signed-in device can look for your backup, but cannot open it without your password, key or passkey. A device that has backed up or restored holds the key of the backup.',
  remove: 'Sign this device out',
  removeTitle: (name: string) => `Sign out “${name}”?`,
  removeText:
    'It can then no longer back up, look for your backup or try passwords. Chats and keys that are on it stay there. If it was stolen, change your password and your key afterwards.',
  removed: (name: string) => `“${name}” is signed out`,
  signOut: 'Sign out here',
  signOutDetail: 'Chats stay; backups stop',
  signOutTitle: 'Sign out on this device?',
  signOutText:
    'Your chats stay on this device. Backups stop until you sign in here again with the same number.',
  signedOut: 'Signed out',
  notSignedIn: 'You see here who is signed in with your number, once you are.',
  signIn: 'Sign in with your number',
  unknown: 'Unnamed device',
};
