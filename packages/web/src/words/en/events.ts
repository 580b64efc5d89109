import type { Format } from '../format.ts';

/** The texts of what happened to the account and its backup. Who did it is named, unless it is not known. */
export const events = {
  title: 'Security events',
  empty: 'Nothing happened in the last 30 days.',
  emptyText:
    'Here you see when a password is tried, when your backup is opened, and who signs in with your number.',
  note: 'Events of the last 30 days, as the server tells them. How many tries are left, the vault itself says.',
  offline: 'What happened meanwhile shows when there is a connection.',
  fresh: 'new',
  here: 'This device',
  unknownDevice: 'Unknown device',
  whoAndWhen: (who: string, at: number, format: Format) => `${who} · ${format.moment(at)}`,
  look: 'Look',
  more: (count: number, format: Format) => format.plural(count, { one: '# more', other: '# more' }),
  kinds: {
    'wrong-password': 'A wrong password was tried',
    'backup-opened': 'Your backup was opened',
    locked: 'Your password was locked',
    'password-set': 'A backup password was set',
    'password-changed': 'The backup password was changed',
    'replacement-asked': 'Somebody asked to replace your backup key',
    'replacement-cancelled': 'The request to replace your key was cancelled',
    'replacement-done': 'Your backup key was replaced',
    erased: 'Backup was turned off, and its password erased',
    'device-signed-in': 'A device signed in with your number',
    'device-removed': 'A device was signed out by another',
    'device-signed-out': 'A device signed out',
    unknown: 'Something that this version does not know',
  },
  inARow: (count: number, format: Format) => `${format.number(count)} in a row`,
  meaning: {
    'wrong-password':
      'A wrong password opens nothing and costs one of the tries. After the last one the password is locked, and only your key, a passkey or this device opens the backup.',
    'backup-opened':
      'Whoever did this knew your password and can read your chats. If it was not you, sign that device out and change your password and your key.',
    locked:
      'Too many wrong passwords: the vault has erased what the password opened. Your chats here are untouched. Choose a new password, so that you can restore again.',
    'password-set': 'From now on this password opens your backup. If it was not you, look at your devices.',
    'password-changed':
      'The earlier password opens nothing any more. If it was not you, set a new one now, and look at your devices.',
    'replacement-asked':
      'Somebody with your number, but without your password, wants to start a backup anew. When the time is over, your password will no longer open anything. If it was not you, cancel it.',
    'replacement-cancelled': 'Your password and your key hold as before.',
    'replacement-done':
      'Your password belongs to another backup now. If it was not you, turn the backup off and on again here: your chats are still on this device.',
    erased: 'No password opens a backup of this number any more. If it was not you, turn it on again here.',
    'device-signed-in':
      'It can look for your backup, but cannot open it without your password, key or passkey. If it was not you, sign it out.',
    'device-removed': 'It can no longer back up or look for your backup.',
    'device-signed-out': 'It can no longer back up or look for your backup.',
    unknown: 'Update the app to see what it is.',
  },
  toDevices: 'Look at your devices',
  toPassword: 'Change the password',
  toBackup: 'To the chat backup',
  replacementTitle: 'Somebody asked to replace your backup key',
  replacementText: (at: number, format: Format) =>
    `If that wasn’t you, cancel it. Otherwise your password stops opening your backup ${format.until(at)}.`,
  replacementCancel: 'This wasn’t me: cancel it',
  replacementMine: 'It was me',
  replacementCancelled: 'Cancelled. Your key stays.',
};
