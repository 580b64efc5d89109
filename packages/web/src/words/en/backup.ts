import type { BackupView, Schedule } from '../../engine/contract.ts';
import type { Format } from '../format.ts';

const messages = (count: number, format: Format): string =>
  format.plural(count, { one: '# message', other: '# messages' });
const media = (count: number, format: Format): string =>
  format.plural(count, { one: '# photo or file', other: '# photos and files' });
const tries = (count: number, format: Format): string =>
  format.plural(count, { one: '# try', other: '# tries' });

/** What some messages and media are called together. */
const both = (counts: { messages: number; media: number }, format: Format): string =>
  format.list([
    ...(counts.messages > 0 ? [messages(counts.messages, format)] : []),
    ...(counts.media > 0 ? [media(counts.media, format)] : []),
  ]);

/** Encrypted backups: before, while, after; what opens them; how healthy they are. */
export const backup = {
  title: 'Chat backup',
  // before the first one
  offTitle: 'Your chats are on this device alone',
  offText: (messageCount: number, mediaCount: number, format: Format): string =>
    messageCount === 0
      ? 'An end-to-end encrypted backup keeps them safe when the device is lost.'
      : `${both({ messages: messageCount, media: mediaCount }, format)} would be gone if it were lost today.`,
  turnOn: 'Turn on end-to-end encrypted backup',
  turnOnGoOn: 'Go on turning it on',
  givesSealed: 'Sealed before it leaves this device',
  givesSealedText: 'The cloud, the network and we see nothing but sealed bytes.',
  givesChoice: 'You choose what opens it',
  givesChoiceText: 'A password you remember, a 64-digit key, a passkey, or several.',
  givesDaily: 'It keeps itself up to date',
  givesDailyText: 'Every day, or as often as you like; only what is new is sent.',
  unfinishedOn: 'Turning on was not finished',
  unfinishedOnText:
    'Nothing is backed up yet. Go on where you stopped; a key you were shown is still the same.',

  // the last one
  lastAt: (at: number, format: Format): string => `Last backup: ${format.moment(at)}`,
  noneYet: 'No backup yet',
  contents: (last: NonNullable<BackupView['last']>, format: Format): string =>
    [messages(last.messages, format), media(last.media, format), format.size(last.bytes)].join(' · '),
  unsaved: (counts: BackupView['unsaved'], since: boolean, format: Format): string =>
    `${both(counts, format)} ${since ? 'since then ' : ''}${counts.messages + counts.media === 1 ? 'is' : 'are'} on this device alone.`,
  allSaved: 'Everything on this device is in it.',
  restoreFirst: 'A restore is not finished',
  restoreFirstText: 'Nothing is backed up until it is, or until you do without the rest.',
  restoreFirstLook: 'Look at it',
  allButVideos: (count: number, format: Format): string =>
    `${format.plural(count, { one: '# video is', other: '# videos are' })} not in it, as you chose. Everything else is.`,
  nextAt: (at: number, format: Format): string => `Next one ${format.until(at)}.`,
  onlyWhenTapped: 'The next one is when you tap.',
  backUpNow: 'Back up now',
  leftOut: (count: number, format: Format): string =>
    format.plural(count, { one: '# file was left out', other: '# files were left out' }),

  // under way
  progressLabel: 'Backup',
  looking: 'Looking at what is new…',
  running: (part: number, format: Format): string => `Backing up: ${format.percent(part)}`,
  bytesOf: (done: number, total: number, format: Format): string =>
    `${format.size(done)} of ${format.size(total)}`,
  left: (seconds: number, format: Format): string => `${format.duration(seconds)} left`,
  mayLeave: 'You can leave this page; it goes on as long as the app is open.',
  stopping: 'Stopping…',
  stopped: 'Stopped',
  stoppedText: 'What was sent is kept. It goes on where it stopped.',
  paused: 'Waiting',
  pausedOffline: 'There is no connection. It goes on by itself when it is back.',
  pausedServer: 'The server does not answer. It is asked again by itself.',
  failed: 'The backup did not finish',

  // what needs the person
  contestedTitle: 'Another device asked to replace your backup key',
  contestedText: (until: number, format: Format): string =>
    `It takes your key’s place ${format.until(until)}. If that wasn’t you, cancel it now.`,
  notMe: 'This wasn’t me: cancel it',
  waitsTitle: 'Your new password waits for its time',
  waitsText: (until: number, format: Format): string =>
    `Another device has a backup of this number, and may cancel yours until it takes its place ${format.until(until)}. Set the password once more then.`,
  waitsNoMore: 'The waiting is over: set the password once more, and it takes effect.',
  otherWriterTitle: (device: string): string =>
    device === ''
      ? 'Another device backs up this account'
      : `Another device backs up this account: ${device}`,
  otherWriterText:
    'So this one has stopped. Take over, and from then on the chats of this device are backed up, and that device stops. What it has backed up stays in the earlier backups for a while; its chats and these are not joined.',
  takeOver: 'Back up from this one instead',
  locked: 'locked',
  lockedTitle: 'Your password is locked',
  lockedHere:
    'Too many wrong passwords were tried, so the vault erased what the password opens. Your backup is still there, and this device has its key: choose a new, different password here. A 64-digit key or a passkey opens it meanwhile.',
  wrongTried: (count: number, limit: number, format: Format): string =>
    `A wrong password was tried (${format.number(count)} of ${format.number(limit)})`,
  wrongTriedText:
    'If that wasn’t you, somebody is guessing. Choose another password: it gives no further tries to them.',
  keyUnconfirmed: 'Your 64-digit key is not confirmed',
  keyUnconfirmedText:
    'Show that you kept it by typing two groups back. Until then it does not count as a way in.',
  keyConfirmNow: 'Confirm it',
  unfinishedPassword: 'The change of your password was not finished',
  unfinishedPasswordText:
    'The old password may open your backup still, or the new one. Change it once more to be sure.',
  unfinishedKey: 'The change of your backup key was not finished',
  unfinishedKeyText:
    'Until it is finished, the present key opens your backup, too, and ways to open it cannot be changed.',
  finishKey: 'Finish it',
  finishKeyText:
    'Your password stays the same. It is needed once, so that the vault gives the new key for it.',
  keyChangeFinished: 'Your backup has its new key.',
  reminder: 'Do you still know your password?',
  reminderText: 'Type it once, so that you have it when you need it.',

  // what and when
  whatAndWhen: 'What and when',
  schedule: 'How often',
  scheduleNote: 'A backup that is due is made while the app is open.',
  schedules: {
    daily: 'Every day',
    weekly: 'Every week',
    monthly: 'Every month',
    manual: 'Only when I tap',
  } as Record<Schedule, string>,
  videos: 'Include videos',
  videosDetail: 'They take the most room',

  // ways to open it
  waysTitle: 'What opens your backup',
  waysNote: 'Only these open it. We can’t.',
  password: 'Password',
  passwordDetail: 'The vault counts the tries',
  key64: '64-digit key',
  key64Detail: 'On paper or in a password manager',
  key64States: { kept: 'kept', unconfirmed: 'not confirmed', 'not-chosen': 'Add' },
  passkeys: 'Passkeys',
  passkeysDetail: 'By fingerprint, face, or a security key',
  isOn: 'on',
  add: 'Add',
  remove: 'Remove',
  lastWayTitle: 'It is the only way in',
  lastWay: 'Nothing else would open your backup. Add another way first, or turn the backup off.',
  health: 'Backup health',
  healthDetail: 'Last check, what would be lost today, who can open it',
  turnOff: 'Turn off encrypted backup',
  toBackup: 'To chat backup',
  notOnTitle: 'Encrypted backup is off',
  notOnText: 'Turn it on first: then there is something to open.',

  // turning on
  turnOnTitle: 'Turn on',
  stepTitles: {
    choose: 'What shall open it?',
    key: 'Your 64-digit key',
    confirm: 'Show that you kept it',
    passkey: 'Your passkey',
    password: 'Your password',
  },
  stepBack: 'One step back',
  signIn: 'Sign in',
  signInFirst: 'Sign in first',
  signInFirstText: 'A backup belongs to your number, so that a new device finds it.',
  chooseText: 'Only what you choose here opens your backup. Choose one or several.',
  chooseNote: 'With two ways, one that is lost or forgotten locks nobody out.',
  chooseWays: { password: 'A password', key64: 'A 64-digit key', passkey: 'A passkey' },
  chooseWho: {
    password:
      'Who knows it can open it. The vault counts the tries, locks after a few wrong ones, and reads nothing.',
    key64: 'Who has it can open it, without a vault. You keep it; if it is lost, nobody can make a new one.',
    passkey:
      'Who can unlock your device or password manager can open it, with a fingerprint, a face or a PIN.',
  },
  chooseOne: 'Choose at least one.',
  needsNetwork: 'There is no connection. Turning on needs one.',
  turnOnDo: 'Turn on',
  turnsOnThen: 'With this the backup is turned on.',
  leaveWithKey: 'The backup is not on yet. The key you were shown stays the same until it is.',
  leaveWithPasskey: 'The backup is not on yet, and the passkey you made would open nothing.',
  turnedOnTitle: 'It is on',
  turnedOnText: 'From now on only what you chose opens your backup.',
  better: 'A good addition',
  betterKey: 'Add a 64-digit key',
  betterKeyText: 'It opens your backup when the password is forgotten',
  otherBackup: 'This number has a backup already',
  otherBackupText: (until: number, format: Format): string =>
    `Another device made it. Yours can take its place ${format.until(until)}, unless that device cancels it.`,
  otherBackupDo: [
    'Is it yours? Open it with its password, its 64-digit key or its passkey: then this device goes on with it.',
    'Do you still have the other device? Turn its backup off there, then come back.',
    'Neither? Wait, then come back here and finish. The waiting keeps a stranger with your number from taking your place unseen.',
  ],
  openThatOne: 'Open that backup',
  waitUntil: (until: number, format: Format): string => `Finish ${format.until(until)}`,

  // the password
  newPassword: 'New password',
  yourPassword: 'Your backup password',
  again: 'The same once more',
  rules: 'At least 8 characters, and none of the usual ones. 8 digits are enough: the tries are counted.',
  advice: [
    'Longer is stronger.',
    'Only the limit of tries protects it. A few words in a row are stronger, and easy to remember.',
    'Enough as long as tries are counted. Longer is stronger.',
    'Good. One more word would make it strong.',
    'Strong: it would hold even without a limit of tries.',
  ],
  tooShort: 'It has fewer than 8 characters.',
  tooCommon: 'Anybody would guess it among the first. Choose another.',
  differs: 'The two are not the same.',
  againMissing: 'Type it once more.',
  provedOnce:
    'It counts as set only when, typed a second time, it has once unlocked your key. That takes a few seconds.',
  passwordWhat:
    'You need it when this device is gone. Write it down, or choose one you cannot forget; we cannot reset it.',
  addPassword: 'Add a password',
  addPasswordText:
    'With it you open your backup on a new device. The vault counts the tries, and locks after a few wrong ones.',
  addPasswordDo: 'Add the password',
  passwordAdded: 'Your password opens the backup.',
  checkPassword: 'Check my password',
  checkDetail: 'Whether you still know it',
  check: 'Check',
  checkedRight: 'Right. That is your password.',
  askedAgain: (at: number, format: Format): string => `You are asked again ${format.until(at)}`,
  countsAsTry: 'A wrong one costs a try.',
  forgotten: 'Forgotten?',
  forgottenDetail: 'This device has the key: choose a new one',
  changePassword: 'Change password',
  changeDetail: 'Also when it is forgotten: the old one is not needed',
  changeText:
    'The old password is not needed: this device has the key. It ends when the new one has unlocked the key once.',
  passwordChanged: 'The new password opens your backup; the old one does not.',
  removePassword: 'Remove password',
  removePasswordTitle: 'Remove the password?',
  removePasswordText: 'The vault erases it. After that only your other ways open your backup.',
  triesNote: 'Changing the password gives no further tries to anybody.',
  triesLeft: (left: number, limit: number, format: Format): string =>
    `${format.number(left)} of ${tries(limit, format)} left`,
  nextTry: (at: number, format: Format): string => `Next try ${format.until(at)}.`,
  lastTries: (left: number, format: Format): string => `Only ${tries(left, format)} left`,
  lastTriesText:
    'After the last wrong one the vault erases what the password opens. This device can then set a new one; another cannot.',

  // proofs
  proofTitle: 'Show that it’s you',
  proofText:
    'Whoever can open your backup may change what opens it. For a few minutes you are not asked again.',
  noProof: 'Nothing can show now that it is you',
  noProofLocked: 'Your password is locked. Choose a new one first; after a week it counts as a proof.',
  noProofYet: (from: number, format: Format): string =>
    `Your password was changed without showing that it was you. It opens your backup already, and counts as a proof ${format.until(from)}.`,
  noProofUnconfirmed: 'Confirm your 64-digit key, or choose another way to open your backup first.',
  provesAfterAWeek:
    'The new password opens your backup at once. Because nobody has shown that it is you who chose it, it shows no key here and removes no way before a week is over.',
  otherProof: 'Another way to show it is you',
  proofBy: {
    password: 'The backup password',
    passkey: 'A passkey',
    key: 'The 64-digit key',
  },
  deviceLockText: 'Your device asks for its fingerprint, face or PIN.',
  deviceLockRefused: 'The device did not confirm that it is you. Try again.',
  passkeyProofText: 'Your device or security key asks for the passkey of this backup.',

  // passkeys
  passkeyWhat:
    'A passkey opens your backup with a fingerprint, a face or a PIN. It works on every device that your password manager takes it to.',
  noPasskeys: 'No passkey yet',
  passkeyAdd: 'Add a passkey',
  passkeyCreate: 'Create the passkey',
  passkeyUse: 'Try again with this passkey',
  passkeyName: 'Name',
  passkeyNameHelp: 'So that you tell it apart from others.',
  passkeyNameMissing: 'Give it a name.',
  passkeyNameless: 'Passkey',
  passkeySince: (at: number, format: Format): string => `Added ${format.day(at)}`,
  passkeyAdded: (name: string): string => `"${name}" opens your backup.`,
  passkeyReady: 'The passkey is made.',
  passkeyRemove: (name: string): string => `Remove ${name}`,
  passkeyRemoveTitle: (name: string): string => `Remove "${name}"?`,
  passkeyRemoveText:
    'It no longer opens your backup. Delete it in your password manager, too. Whoever has it, and a copy of today’s backup, can still open that copy.',
  secondTouch: 'Once more',
  secondTouchText:
    'The passkey is made. Yours gives its secret only when it is used, so it is asked for a second time.',
  touchAgain: 'Use it once',
  passkeyFailures: {
    unsupported:
      'Passkeys do not work here: the browser does not know them well enough, or the address of this page is a number instead of a name. A password or a 64-digit key works everywhere.',
    cancelled: 'Nothing was made: it was cancelled, or took too long. Try again.',
    'no-secret':
      'This passkey can sign you in, but gives no secret that could protect a backup. Choose another place for it: the phone, a password manager, or a newer security key.',
    known: 'There is a passkey for this backup already, in the same place. Choose another place.',
  },

  // turning off
  turnOffTitle: 'Turn off',
  turnOffWhat: [
    'No further backups are made.',
    'The vault erases what your password opens.',
    'This device forgets the backup’s key; your chats stay on it.',
  ],
  deleteBackups: 'Delete the encrypted backups, too',
  deleteBackupsNo:
    'They stay in the cloud. Without a kept 64-digit key or a passkey nobody can ever open them',
  deleteBackupsYes: 'They are deleted from the cloud',
  deleteWarning: 'After this, what is on this device is all there is.',
  turnOffDo: 'Turn off',
  turnOffDelete: 'Turn off and delete',
  isOff: 'Encrypted backup is off',
  isOffKept: 'Your chats stay on this device. The backups made so far stay in the cloud.',
  isOffDeleted: 'Your chats stay on this device. The encrypted backups are deleted.',

  // health
  lastBackup: 'Last backup',
  lastCheck: 'Last check',
  neverChecked: 'Not checked yet',
  checkedAt: (check: NonNullable<BackupView['lastCheck']>, format: Format): string =>
    check.ok ? 'All is there' : format.plural(check.problems, { one: '# problem', other: '# problems' }),
  lostToday: 'If this device were lost now',
  lost: (counts: BackupView['unsaved'], format: Format): string =>
    counts.messages + counts.media === 0
      ? 'Nothing would be lost.'
      : `${both(counts, format)} would be lost.`,
  checkQuick: 'Quick check',
  checkFull: 'Full check',
  checkNote:
    'The quick check looks whether everything is in the cloud. The full one reads every byte, and takes as long as a restore.',
  checking: 'Checking',
  checkedFine: 'The backup is complete, and can be restored.',
  checkedBad: (paths: readonly string[], format: Format): string =>
    `Damaged or missing: ${format.list(paths)}. Back up now: what is on this device is sent again.`,
  whoTitle: 'Who can open it',
  whoPassword: 'Who knows your password',
  whoPasswordText: 'The tries are counted; after the last wrong one it is locked',
  whoKey: 'Who has your 64-digit key',
  whoKeyText: 'With the key and the sealed files, without a vault',
  whoPasskey: (count: number, format: Format): string =>
    format.plural(count, { one: 'Who has your passkey', other: 'Who has one of your # passkeys' }),
  whoPasskeyText: 'And can unlock the device or password manager it is in',
  whoNot: 'Nobody else',
  whoNotText: 'Not the cloud, not the network, not whoever relays',
  vaultTitle: (threshold: number, count: number, format: Format): string =>
    `${format.number(threshold)} of ${format.plural(count, { one: '# vault', other: '# vaults' })} must answer`,
  promiseOne: (operator: string, count: number): string =>
    `${operator} ${count === 1 ? 'runs it' : 'runs enough of them alone'}, and is trusted to count the tries: who breaks that trust could try passwords without a limit.`,
  promiseMany: (needed: number, operators: readonly string[], format: Format): string =>
    `Run by ${format.list(operators)}. Fewer than ${format.number(needed)} of these operators together cannot even try a password.`,
  anOperator: 'One operator',
  vaultUnknown: 'The vault was not asked yet',
  vaultUnknownText: 'How many tries are left is known when there is a connection',
  noVault: 'No vault takes part',
  noVaultText: 'Without a password there is nothing that could be guessed',
};
