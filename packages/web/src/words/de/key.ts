import type { Words } from '../en.ts';

/** The 64-digit key: shown, kept, typed back, typed in. */
export const key: Words['key'] = {
  title: '64-stelliger Schlüssel',
  intro:
    'Das ist dein Schlüssel: 16 Gruppen zu vier Stellen. Bewahr ihn an zwei Orten auf, bevor du weitermachst.',
  opens: 'Wer diesen Schlüssel hat, öffnet dein Backup.',
  lost: 'Bewahr ihn so auf, dass nur du herankommst. Geht er verloren, kann niemand einen neuen machen: Ohne ein Passwort oder einen Passkey daneben bleibt dein Backup zu. Wir haben ihn nicht.',
  kept: 'Ich habe ihn aufbewahrt',
  showAgain: 'Den Schlüssel noch einmal zeigen',
  doneMark: 'Erledigt',

  keepTitle: 'So bewahrst du ihn auf',
  keepNote: 'Zwei Orte sind besser als einer: ein Passwort-Manager und ein Blatt Papier.',
  manager: 'Im Passwort-Manager sichern',
  managerDetail: 'In deinem oder in dem des Browsers',
  managerHelp:
    'Dein Browser oder Passwort-Manager fragt, ob er ihn behalten soll. Fragt er nicht, kopier den Schlüssel hinein.',
  managerName: (account) => `Backup-Schlüssel ${account}`.trim(),
  managerUser: 'Name',
  managerSave: 'Sichern',
  print: 'Drucken',
  printDetail: 'Ein Blatt: die 16 Gruppen und ein QR-Code',
  saveFile: 'Als Datei sichern',
  saveFileDetail: 'Ein kleiner Text; nicht auf diesem Gerät lassen',
  qr: 'QR-Code',
  qrDetail: 'Für eine Kamera oder ein anderes Gerät',
  qrLabel: 'Der 64-stellige Schlüssel als QR-Code',
  qrNote: 'Wer ihn fotografiert, hat deinen Schlüssel.',
  copy: 'Kopieren',
  copyDetail: 'Um ihn dort einzufügen, wo du ihn aufbewahrst',
  copied:
    'Kopiert. Wenn du ihn eingefügt hast, kopier etwas anderes: Bis dahin können andere Apps ihn lesen.',

  fileName: 'strongroom-schluessel.txt',
  file: (account, date, lines) =>
    `Strongroom: der 64-stellige Schlüssel eines verschlüsselten Chat-Backups\n${account}, ${date}\n\n${lines}\n\nWer diesen Schlüssel hat, öffnet das Backup. Niemand kann einen neuen machen.\nZum Wiederherstellen: Strongroom auf einem neuen Gerät öffnen, „Wiederherstellen“ wählen, dann „64-stelliger Schlüssel“.\n`,
  paperTitle: 'Strongroom: 64-stelliger Schlüssel',
  paperFor: (account, date) => `Verschlüsseltes Chat-Backup von ${account}. Gedruckt am ${date}.`,
  paperUse:
    'Zum Wiederherstellen: Strongroom auf einem neuen Gerät öffnen, „Wiederherstellen“ wählen, dann „64-stelliger Schlüssel“, und die 16 Gruppen eintippen oder den Code scannen.',

  confirmTitle: 'Zeig, dass du ihn aufbewahrt hast',
  confirmText: (first, second) =>
    `Sieh dort nach, wo du den Schlüssel aufbewahrst, und tipp die Gruppen ${first} und ${second} ein.`,
  group: (name) => `Gruppe ${name}`,
  notShown: (name) =>
    `${name} ist nicht, was zu sehen war. Sieh noch einmal nach: Zeile ${name[0]}, Spalte ${name[1]}.`,
  confirm: 'Bestätigen',
  confirmed: 'Dein Schlüssel ist aufbewahrt und öffnet dein Backup.',

  leaveTitle: 'Jetzt gehen?',
  stay: 'Hier bleiben',
  leave: 'Gehen',
  leaveUnconfirmed:
    'Du hast noch nicht gezeigt, dass du den Schlüssel aufbewahrt hast. Er öffnet dein Backup schon, zählt aber erst als Weg hinein, wenn du ihn bestätigst.',

  inputLabel: '64-stelliger Schlüssel: Zeilen A bis D, Spalten 1 bis 4',
  fault: (name, fault) => `${name}: ${fault}`,
  faults: {
    empty: 'noch nichts eingetippt',
    short: 'weniger als vier Zeichen',
    long: 'mehr als vier Zeichen',
    character: 'ein Zeichen, das nicht 0–9 oder a–f ist',
    'letter-o': 'der Buchstabe O; vielleicht ist eine Null (0) gemeint',
    'letter-l': 'der Buchstabe l oder I; vielleicht ist eine Eins (1) gemeint',
  },
  moreFaults: (count) => (count === 1 ? 'Und 1 weitere Gruppe.' : `Und ${count} weitere Gruppen.`),
  scan: 'QR-Code scannen',
  scanTitle: 'QR-Code scannen',
  scanHelp: 'Halt den Code deines Schlüssels vor die Kamera. Das Bild bleibt auf diesem Gerät.',
  camera: 'Was die Kamera sieht',
  noCamera:
    'Hier ist keine Kamera, oder der Browser erlaubt sie nicht. Ein Bild des Codes geht auch: „Aus einer Datei“.',
  fromFile: 'Aus einer Datei',
  nothingInFile:
    'In dieser Datei ist kein 64-stelliger Schlüssel. Ein gesicherter Text oder ein scharfes Bild des QR-Codes geht.',

  add: '64-stelligen Schlüssel hinzufügen',
  addTitle: 'Ein zweiter Weg, den niemand errät',
  addText:
    '64 Stellen, die du auf Papier oder im Passwort-Manager aufbewahrst. Sie öffnen dein Backup ohne Tresor, und ohne dass Versuche gezählt werden.',
  unconfirmedTitle: 'Du hast noch nicht gezeigt, dass du ihn aufbewahrt hast',
  unconfirmedText:
    'Sieh ihn dir noch einmal an, bewahr ihn auf und tipp zwei Gruppen ein. Bis dahin zählt er nicht als Weg hinein.',
  show: 'Schlüssel zeigen',
  showDo: 'Schlüssel zeigen',
  showAndConfirm: 'Schlüssel zeigen und bestätigen',
  showDetail: 'Um ihn an einem weiteren Ort aufzubewahren',
  showNote: 'Sieh ihn dir nur an, wo dir niemand über die Schulter schaut.',
  proofText: 'Wer den Schlüssel sieht, kann dein Backup öffnen. Zeig also zuerst, dass du es bist.',
  remove: 'Schlüssel entfernen',
  removeTitle: 'Den 64-stelligen Schlüssel entfernen?',
  removeText:
    'Neuen Geräten wird der Schlüssel nicht mehr angeboten. Wer ihn und eine Kopie des heutigen Backups hat, kann diese Kopie weiter öffnen.',
};
