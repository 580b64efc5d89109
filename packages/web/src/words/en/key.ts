/** The 64-digit key: shown, kept, typed back, typed in. */
export const key = {
  title: '64-digit key',
  intro: 'This is your key: 16 groups of four. Keep it in two places before you go on.',
  opens: 'Whoever has this key opens your backup.',
  lost: 'Keep it where only you get at it. If it is lost, nobody can make a new one: without a password or a passkey beside it, your backup stays closed. We do not have it.',
  kept: 'I have kept it',
  showAgain: 'Show the key again',
  doneMark: 'Done',

  keepTitle: 'Ways to keep it',
  keepNote: 'Two places are better than one: a password manager, and a sheet of paper.',
  manager: 'Save in the password manager',
  managerDetail: 'Yours, or the one of the browser',
  managerHelp:
    'Your browser or password manager asks whether to keep it. If it does not ask, copy the key into it.',
  managerName: (account: string): string => `Backup key ${account}`.trim(),
  managerUser: 'Name',
  managerSave: 'Save',
  print: 'Print',
  printDetail: 'One sheet: the 16 groups and a QR code',
  saveFile: 'Save as a file',
  saveFileDetail: 'A small text; keep it off this device',
  qr: 'QR code',
  qrDetail: 'For a camera, or another device',
  qrLabel: 'The 64-digit key as a QR code',
  qrNote: 'Whoever takes a picture of it has your key.',
  copy: 'Copy',
  copyDetail: 'To paste it where you keep it',
  copied: 'Copied. When you have pasted it, copy something else: until then other apps can read it.',

  fileName: 'strongroom-key.txt',
  file: (account: string, date: string, lines: string): string =>
    `Strongroom: the 64-digit key of an encrypted chat backup\n${account}, ${date}\n\n${lines}\n\nWhoever has this key opens the backup. Nobody can make a new one.\nTo restore: open Strongroom on a new device, choose "Restore", then "64-digit key".\n`,
  paperTitle: 'Strongroom: 64-digit key',
  paperFor: (account: string, date: string): string =>
    `Encrypted chat backup of ${account}. Printed on ${date}.`,
  paperUse:
    'To restore: open Strongroom on a new device, choose "Restore", then "64-digit key", and type the 16 groups or scan the code.',

  confirmTitle: 'Show that you kept it',
  confirmText: (first: string, second: string): string =>
    `Look at where you kept the key, and type groups ${first} and ${second}.`,
  group: (name: string): string => `Group ${name}`,
  notShown: (name: string): string =>
    `${name} is not what was shown. Look again: row ${name[0]}, column ${name[1]}.`,
  confirm: 'Confirm',
  confirmed: 'Your key is kept, and opens your backup.',

  leaveTitle: 'Leave now?',
  stay: 'Stay here',
  leave: 'Leave',
  leaveUnconfirmed:
    'You have not shown that the key is kept. It opens your backup already, but it does not count as a way in until you confirm it.',

  inputLabel: '64-digit key: rows A to D, columns 1 to 4',
  fault: (name: string, fault: string): string => `${name}: ${fault}`,
  faults: {
    empty: 'nothing typed yet',
    short: 'fewer than four characters',
    long: 'more than four characters',
    character: 'a character that is not 0–9 or a–f',
    'letter-o': 'the letter O; perhaps a zero (0) is meant',
    'letter-l': 'the letter l or I; perhaps a one (1) is meant',
  },
  moreFaults: (count: number): string => (count === 1 ? 'And 1 more group.' : `And ${count} more groups.`),
  scan: 'Scan the QR code',
  scanTitle: 'Scan the QR code',
  scanHelp: 'Hold the code of your key in front of the camera. The picture stays on this device.',
  camera: 'What the camera sees',
  noCamera:
    'There is no camera here, or the browser does not allow it. A picture of the code works, too: "From a file".',
  fromFile: 'From a file',
  nothingInFile:
    'There is no 64-digit key in this file. A kept text or a sharp picture of the QR code works.',

  add: 'Add a 64-digit key',
  addTitle: 'A second way in that nobody can guess',
  addText:
    '64 digits that you keep on paper or in a password manager. They open your backup without a vault, and without tries being counted.',
  unconfirmedTitle: 'You have not shown yet that you kept it',
  unconfirmedText:
    'Look at it once more, keep it, and type two groups back. Until then it does not count as a way in.',
  show: 'Show the key',
  showDo: 'Show the key',
  showAndConfirm: 'Show the key and confirm it',
  showDetail: 'To keep it in one more place',
  showNote: 'Look at it only where nobody looks over your shoulder.',
  proofText: 'Whoever sees the key can open your backup, so show first that it is you.',
  remove: 'Take the key off',
  removeTitle: 'Take the 64-digit key off?',
  removeText:
    'New devices are no longer offered the key. Whoever has it, and a copy of today’s backup, can still open that copy.',
};
