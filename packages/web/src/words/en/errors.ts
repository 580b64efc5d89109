import type { ErrorCode, ErrorDetails } from '@strongroom/core';
import type { Format } from '../format.ts';

/** A sentence for each error: what happened, and what one can do. */
export type ErrorWords = { readonly [C in ErrorCode]: (details: ErrorDetails[C], format: Format) => string };

const tries = (count: number, format: Format): string =>
  format.plural(count, { one: '# try', other: '# tries' });

/** The sentence of each error. */
export const errors: ErrorWords = {
  'wrong-password': ({ guessesLeft, waitUntil }, format) =>
    guessesLeft === 0
      ? 'Wrong password. That was the last try: this password can no longer open the backup. Your 64-digit key, a passkey, or a device that still has the backup can.'
      : `Wrong password. ${tries(guessesLeft, format)} left.${waitUntil === null ? '' : ` Next try ${format.until(waitUntil)}.`}`,
  'must-wait': ({ until, guessesLeft }, format) =>
    `Too soon. Next try ${format.until(until)}; ${tries(guessesLeft, format)} left.`,
  locked: () =>
    'Locked: too many wrong passwords were tried, and the vault erased what a password opens. Your 64-digit key or a passkey still opens the backup; or choose a new password on a device that still has it.',
  'not-registered': () =>
    'No password protects a backup of this number. Use your 64-digit key or a passkey, if you have one.',
  stale: () => 'Something changed on another device meanwhile. Try again.',
  contested: ({ until }, format) =>
    `This number already has a backup password. Yours takes its place ${format.until(until)}, unless a device that has the backup cancels it. Come back here then.`,
  'replacement-cancelled': () =>
    'Your request to replace the backup key is gone: a device that has the backup cancelled it, or a newer request took its place. You can ask again.',
  'vault-misbehaved': () =>
    'A vault did not keep to the rules. It was not trusted, and it learned nothing. Please report this.',
  unavailable: ({ answered, needed }, format) =>
    `The vault cannot be reached: ${format.number(answered)} of ${format.number(needed)} needed answered. Try again later.`,
  malformed: () => 'An answer could not be read. Try again; if it stays so, please report it.',
  'not-authorised': () => 'Refused: this device may not do that.',
  'weak-password': ({ why }) => `Choose another password: ${why}.`,
  'signed-out': () => 'This device is not signed in. Sign in with your number first.',
  'wrong-code': ({ triesLeft }, format) =>
    triesLeft === 0
      ? 'Wrong code, and no tries are left for it. Ask for a new code.'
      : `Wrong code. ${tries(triesLeft, format)} left.`,
  'too-many-requests': ({ until }, format) => `Too many requests. Try again ${format.until(until)}.`,
  'too-many-devices': ({ most }, format) =>
    `Your number already has ${format.plural(most, { one: '# device', other: '# devices' })}. Remove one on another device, then sign in again.`,
  'directory-changed': () =>
    "The server's list of vaults is not the one this device trusts. Nothing was sent to them. Ask whoever runs the server.",
  offline: () => 'The server cannot be reached. Check your connection, and try again.',
  'malformed-key': ({ group }) =>
    group === null
      ? 'That is not a 64-digit key: it has 64 digits, each from 0 to 9 or a to f.'
      : `Group ${group} cannot be right: each group has four digits from 0 to 9 or a to f.`,
  'wrong-key': ({ passkey }) =>
    passkey === true
      ? 'This passkey does not open this backup.'
      : 'This key does not open this backup. Compare it group by group.',
  'archive-missing': () => 'There is no encrypted backup in this cloud.',
  'archive-ambiguous': ({ archives }, format) =>
    `There are ${format.number(archives.length)} backups in this cloud, and it is not clear which one is yours.`,
  'archive-damaged': () => 'A part of the backup is damaged. What is intact can still be restored.',
  'archive-incomplete': () =>
    'A part of the backup is missing from the cloud. What is there can still be restored.',
  'no-chats': ({ files, bytes }, format) =>
    `This backup holds ${format.plural(files, { one: '# file', other: '# files' })} (${format.size(bytes)}), but no chats that this app can show. It was made outside of it.`,
  'newer-version': () => 'The backup was written by a newer version. Update this app first.',
  'other-key': ({ earlier }) =>
    earlier
      ? 'A part of the backup is sealed under an earlier key. It is left out.'
      : 'The backup is sealed under another key. Open it with your password, or with your newest 64-digit key.',
  'other-writer': () => 'Another device has taken over this backup. This one has stopped writing to it.',
  'rolled-back': () =>
    'The cloud shows an older backup than this device has already seen. Nothing was changed.',
  'snapshot-missing': () => 'This backup is no longer in the cloud.',
  'plain-missing': () => 'There is no unencrypted backup in this cloud.',
  'cloud-unreachable': () => 'The cloud cannot be reached. It goes on when the connection is back.',
  'cloud-denied': () => 'The cloud refused access. Sign in again.',
  'cloud-full': () => 'The cloud is full. Make room, then back up again; what is there is kept.',
  'object-missing': () => 'A file is missing from the cloud. Check your backup in "Backup health".',
  'object-exists': () => 'Another device was quicker. Try again.',
  hsm: () => 'The vault has a fault and cannot answer now. Try again later.',
  'already-enabled': () => 'End-to-end encrypted backup is already on.',
  'not-enabled': () => 'End-to-end encrypted backup is not on.',
  'proof-needed': ({ until }, format) =>
    until === null
      ? 'Show first that it is you: by your password, your 64-digit key or a passkey.'
      : `This password was set without showing that it was you. It opens your backup, and counts as a proof ${format.until(until)}.`,
  'target-not-empty': () =>
    'There are chats on this device already. A restore never writes over them; nothing was changed.',
  'source-missing': ({ path }) => `${path} cannot be found.`,
  'not-an-export': () =>
    'This is not a chat that WhatsApp exported. In WhatsApp, open the chat and choose “Export chat”.',
  'disk-full': () => 'This device is full. Make room and go on; what is there is kept.',
  'not-permitted': () => 'The browser does not allow it. Check the permissions of this page.',
  'in-use': () => 'Something else is using this right now. Wait until it is done.',
  'profile-damaged': ({ path }) =>
    path.endsWith('chats.db')
      ? 'The chats on this device are damaged and cannot be opened. A backup brings them back; the damaged file is kept.'
      : 'What this device knew of your account is damaged. Sign in again, and restore with your password or your 64-digit key.',
  'wrong-usage': () => 'That cannot be done here.',
  cancelled: () => 'Stopped. You can go on where it stopped.',
  bug: () => 'Something happened that should not be possible. Please report it.',
};
