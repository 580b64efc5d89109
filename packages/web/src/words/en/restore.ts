import type { Format } from '../format.ts';

const messages = (count: number, format: Format): string =>
  format.plural(count, { one: '# message', other: '# messages' });
const tries = (count: number, format: Format): string =>
  format.plural(count, { one: '# try', other: '# tries' });

/** The texts of getting a backup back. */
export const restore = {
  title: 'Get your backup back',
  looking: 'Looking for your backup…',
  again: 'Look again',

  noneTitle: 'No backup of this number here',
  noneText: (phone: string) => `Nothing was backed up for ${phone} on this server, or it was deleted.`,
  noneOther: 'Another number',
  noneOtherDetail: 'Sign out, and sign in with the number that made the backup',
  noneDevice: 'The device that has your chats',
  noneDeviceDetail: 'There: Settings, Chat backup. Once it has backed up, look again here',
  noneImport: 'Bring chats from WhatsApp',
  noneImportDetail: 'From an exported chat of WhatsApp',
  startWithout: 'Start without a backup',

  awayTitle: 'Your backup cannot be looked for now',
  awayText: 'It is looked for again as soon as there is a connection.',

  notEmptyTitle: 'There are chats here already',
  notEmptyText: (count: number, format: Format) =>
    `This device has ${messages(count, format)}. A backup comes only to an empty device, so that nothing is written over.`,
  notEmptyBackup: 'Back these chats up',
  notEmptyBackupDetail: 'Then they are safe, too',
  notEmptyReset: 'Empty this device first',
  notEmptyResetDetail: 'Deletes what is here; asks you before',

  found: 'Your backup is here.',
  passwordAsk: 'Only you can open it. Type the password of your backup.',
  password: 'Backup password',
  open: 'Open the backup',
  tries: (left: number, limit: number, format: Format) =>
    `${format.number(left)} of ${tries(limit, format)} left`,
  wrong: (left: number, limit: number, format: Format) =>
    `Wrong password. ${format.number(left)} of ${tries(limit, format)} left.`,
  waitTitle: (countdown: string) => `Next try in ${countdown}`,
  waitText:
    'The wait grows with each wrong password, so that nobody can try many. It does not end sooner anywhere else.',
  waitSpoken: (at: number, format: Format) => `Next try ${format.until(at)}.`,
  nearTitle: (left: number, format: Format) =>
    format.plural(left, { one: 'This is the last try', other: 'Only # tries left' }),
  nearText: 'After the last one the vault erases what the password opens, for ever.',
  nearOther: (ways: string) => `If you are not sure, use ${ways} instead: it costs no try.`,
  nearDevice: 'If you are not sure: a device that still has your chats can set a new password.',
  or: ' or ',
  wayKey: 'your 64-digit key',
  wayPasskey: 'your passkey',
  lockedTitle: 'The password is locked',
  lockedWhat: (limit: number, format: Format) =>
    `A wrong password was typed ${format.plural(limit, { one: '# time', other: '# times' })}. The vault has erased what the password opened, so that nobody can go on guessing. Your backup itself is whole.`,
  lockedStill: (ways: string) => `What still opens it: ${ways}.`,
  lockedNothing: 'This backup has no 64-digit key and no passkey.',
  lockedElsewhere: 'On another device',
  lockedDevice: 'Open Strongroom there: it asks for a new password. Then come back here.',
  lockedShort: 'Password: locked',
  unfinishedTitle: 'Two passwords are possible',
  unfinishedText:
    'A change of the password was interrupted, so the other one may be the right one. Shall what you typed be tried on that one, too? It costs one more try.',
  unfinishedTry: 'Try it there, too',
  vaultAway:
    'The vault cannot be asked right now, so it is not known how many tries are left. No try is spent by waiting.',

  otherWays: 'Other ways to open it',
  usePassword: 'With the password',
  usePasswordDetail: 'The one you chose for your backup',
  useKey: 'With the 64-digit key',
  useKeyDetail: 'Typed, scanned or from a file; costs no try',
  usePasskey: 'With a passkey',
  usePasskeyDetail: 'The lock of your phone or computer',
  keyAsk: 'Type or scan the 64-digit key that you kept. It is never sent anywhere.',
  passkeyAsk: 'Your passkey opens the backup with the lock of your device: finger, face or PIN.',
  passkeyOpen: 'Use the passkey',
  passkeyFailed: {
    unsupported: 'This browser, or this address, cannot use passkeys. Take another way.',
    cancelled:
      'Nothing came of it: it was cancelled, or your passkey is not on this device. You can try again.',
    'no-secret': 'This passkey can sign you in, but gives no key. Take another one, or another way.',
    known: 'Nothing came of it. You can try again.',
  },

  olderTitle: 'The cloud shows an older backup',
  olderText: (seen: number, found: number, format: Format) =>
    found === 0
      ? `Your newest backup was number ${format.number(seen)}, but the cloud shows none. Somebody has deleted it, or the cloud was put back to an earlier state.`
      : `Your newest backup was number ${format.number(seen)}; the cloud shows number ${format.number(found)} at best. Somebody has deleted newer ones, or the cloud was put back to an earlier state.`,
  olderAsk:
    'What you wrote in between would be missing. Ask whoever runs the cloud first; you can come back at any time.',
  olderAccept: 'Bring back the older one',
  olderUnlock: 'To bring it back, open the backup once more.',
  notNow: 'Not now',
  otherFiles: 'In this backup',
  otherFilesNote:
    'A chat that WhatsApp exported can be imported from here; other files are saved to your downloads. The backup stays as it is, and nothing of this device is added to it.',
  otherSave: 'save',
  otherImport: 'import this chat',
  otherComing: 'It comes…',

  opening: 'Opening your backup…',
  messagesFirst: 'Your messages come first',
  bytes: (done: number, total: number, format: Format) => `${format.size(done)} of ${format.size(total)}`,
  timeLeft: (seconds: number, format: Format) => `${format.duration(seconds)} left`,
  here: (count: number, format: Format) =>
    format.plural(count, { one: 'Your # message is here', other: 'Your # messages are here' }),
  mediaSoFar: (done: number, total: number, format: Format) =>
    `${format.number(done)} of ${format.plural(total, { one: '# photo or file', other: '# photos and files' })} so far`,
  mediaComing: 'Photos, videos and files',
  readNow:
    'You can read already; the rest comes in behind. If you close this page, it goes on when you open it again.',
  keepOpen:
    'Leave this page open until your messages are here. If it is closed, it goes on when you open it again.',
  read: 'Read your chats',
  stop: 'Stop',
  stopping: 'Stopping…',
  stopped: 'Stopped. What is here stays.',
  waiting: 'Waiting for the connection. It goes on by itself.',
  letGo: 'Do without the rest',
  letGoTitle: 'Do without the rest?',
  letGoText: (missing: number, format: Format) =>
    `${format.plural(missing, { one: '# photo or file', other: '# photos and files' })} will not come to this device. The backup in the cloud stays as it is.`,
  letGoMessages: 'Stop here, and keep nothing',
  /** Read aloud alone: the screens say it in their titles. */
  toldMessages: (messages: number, format: Format) =>
    format.plural(messages, { one: '# message has come', other: '# messages have come' }),
  toldAll: 'The restore is complete',
  doneTitle: 'Everything is back',
  doneMessages: 'Messages',
  doneMedia: 'Photos and files',
  doneNext: 'New messages are backed up from this device from now on.',
  left: (count: number, format: Format) =>
    format.plural(count, {
      one: '# file could not be brought back',
      other: '# files could not be brought back',
    }),
  leftText: 'They are damaged or missing in the cloud. Everything intact is here.',
  whichFiles: 'Which ones',
  andMore: (count: number, format: Format) => `and ${format.number(count)} more`,
  damagedTitle: 'The messages in this backup are damaged',
  damagedText:
    'They cannot be read whole, so nothing was brought back. If another device still has your chats, back up from there once more.',
};
