import type { Words } from '../en.ts';
import type { Format } from '../format.ts';

const messages = (count: number, format: Format): string =>
  format.plural(count, { one: '# Nachricht', other: '# Nachrichten' });
const media = (count: number, format: Format): string =>
  format.plural(count, { one: '# Foto oder Datei', other: '# Fotos und Dateien' });
const tries = (count: number, format: Format): string =>
  format.plural(count, { one: '# Versuch', other: '# Versuche' });

/** What some messages and media are called together. */
const both = (counts: { messages: number; media: number }, format: Format): string =>
  format.list([
    ...(counts.messages > 0 ? [messages(counts.messages, format)] : []),
    ...(counts.media > 0 ? [media(counts.media, format)] : []),
  ]);

/** Encrypted backups: before, while, after; what opens them; how healthy they are. */
export const backup: Words['backup'] = {
  title: 'Chat-Backup',
  // before the first one
  offTitle: 'Deine Chats sind nur auf diesem Gerät',
  offText: (messageCount, mediaCount, format) =>
    messageCount === 0
      ? 'Ein Ende-zu-Ende-verschlüsseltes Backup bewahrt sie, wenn das Gerät verloren geht.'
      : `Ginge es heute verloren, wären sie weg: ${both({ messages: messageCount, media: mediaCount }, format)}.`,
  turnOn: 'Ende-zu-Ende-verschlüsseltes Backup einschalten',
  turnOnGoOn: 'Weiter einschalten',
  givesSealed: 'Versiegelt, bevor es dieses Gerät verlässt',
  givesSealedText: 'Die Cloud, das Netz und wir sehen nichts als versiegelte Bytes.',
  givesChoice: 'Du bestimmst, was es öffnet',
  givesChoiceText: 'Ein Passwort, das du dir merkst, ein 64-stelliger Schlüssel, ein Passkey, oder mehrere.',
  givesDaily: 'Es hält sich selbst aktuell',
  givesDailyText: 'Täglich, oder so oft du willst; gesendet wird nur, was neu ist.',
  unfinishedOn: 'Das Einschalten wurde nicht fertig',
  unfinishedOnText:
    'Noch ist nichts gesichert. Mach weiter, wo du aufgehört hast; ein Schlüssel, den du gesehen hast, gilt noch.',

  // the last one
  lastAt: (at, format) => `Letztes Backup: ${format.moment(at)}`,
  noneYet: 'Noch kein Backup',
  contents: (last, format) =>
    [messages(last.messages, format), media(last.media, format), format.size(last.bytes)].join(' · '),
  unsaved: (counts, since, format) =>
    `${since ? 'Seither nur auf diesem Gerät' : 'Nur auf diesem Gerät'}: ${both(counts, format)}.`,
  allSaved: 'Alles auf diesem Gerät ist darin.',
  restoreFirst: 'Eine Wiederherstellung ist nicht fertig',
  restoreFirstText: 'Bis sie es ist, oder bis du auf den Rest verzichtest, wird nichts gesichert.',
  restoreFirstLook: 'Ansehen',
  allButVideos: (count, format) =>
    `${format.plural(count, { one: '# Video ist', other: '# Videos sind' })} nicht darin, wie du es gewählt hast. Alles andere schon.`,
  nextAt: (at, format) => `Das nächste ${format.until(at)}.`,
  onlyWhenTapped: 'Das nächste, wenn du tippst.',
  backUpNow: 'Jetzt sichern',
  leftOut: (count, format) =>
    format.plural(count, { one: '# Datei wurde ausgelassen', other: '# Dateien wurden ausgelassen' }),

  // under way
  progressLabel: 'Backup',
  looking: 'Sieht nach, was neu ist …',
  running: (part, format) => `Wird gesichert: ${format.percent(part)}`,
  bytesOf: (done, total, format) => `${format.size(done)} von ${format.size(total)}`,
  left: (seconds, format) => `noch ${format.duration(seconds)}`,
  mayLeave: 'Du kannst diese Seite verlassen; es geht weiter, solange die App offen ist.',
  stopping: 'Wird angehalten …',
  stopped: 'Angehalten',
  stoppedText: 'Was gesendet ist, bleibt. Es geht dort weiter, wo es aufhörte.',
  paused: 'Wartet',
  pausedOffline: 'Es gibt keine Verbindung. Ist sie wieder da, geht es von selbst weiter.',
  pausedServer: 'Der Server antwortet nicht. Er wird von selbst wieder gefragt.',
  failed: 'Das Backup wurde nicht fertig',

  // what needs the person
  contestedTitle: 'Ein anderes Gerät will deinen Backup-Schlüssel ersetzen',
  contestedText: (until, format) =>
    `Es tritt ${format.until(until)} an die Stelle deines Schlüssels. Warst das nicht du, brich es jetzt ab.`,
  notMe: 'Das war nicht ich: abbrechen',
  waitsTitle: 'Dein neues Passwort wartet auf seine Zeit',
  waitsText: (until, format) =>
    `Ein anderes Gerät hat ein Backup dieser Nummer, und kann deines abbrechen, bis es ${format.until(until)} an seine Stelle tritt. Setz das Passwort dann noch einmal.`,
  waitsNoMore: 'Die Zeit ist um: Setz das Passwort noch einmal, dann gilt es.',
  otherWriterTitle: (device) =>
    device === ''
      ? 'Ein anderes Gerät sichert dieses Konto'
      : `Ein anderes Gerät sichert dieses Konto: ${device}`,
  otherWriterText:
    'Deshalb hat dieses hier aufgehört. Übernimm es, und von da an werden die Chats dieses Geräts gesichert, und das andere hört auf. Was jenes gesichert hat, bleibt eine Weile in den früheren Backups; seine Chats und diese werden nicht vereint.',
  takeOver: 'Von diesem Gerät sichern',
  locked: 'gesperrt',
  lockedTitle: 'Dein Passwort ist gesperrt',
  lockedHere:
    'Zu oft wurde ein falsches Passwort versucht, darum hat der Tresor gelöscht, was das Passwort öffnet. Dein Backup ist noch da, und dieses Gerät hat seinen Schlüssel: Wähl hier ein neues, anderes Passwort. Ein 64-stelliger Schlüssel oder ein Passkey öffnet es inzwischen.',
  wrongTried: (count, limit, format) =>
    `Ein falsches Passwort wurde versucht (${format.number(count)} von ${format.number(limit)})`,
  wrongTriedText:
    'Warst das nicht du, rät jemand. Wähl ein anderes Passwort: Mehr Versuche bekommt er davon nicht.',
  keyUnconfirmed: 'Dein 64-stelliger Schlüssel ist nicht bestätigt',
  keyUnconfirmedText:
    'Zeig, dass du ihn aufbewahrt hast: Tipp zwei Gruppen ein. Bis dahin zählt er nicht als Weg hinein.',
  keyConfirmNow: 'Bestätigen',
  unfinishedPassword: 'Die Änderung deines Passworts wurde nicht fertig',
  unfinishedPasswordText:
    'Vielleicht öffnet noch das alte Passwort dein Backup, vielleicht das neue. Ändere es noch einmal, dann ist es sicher.',
  unfinishedKey: 'Die Änderung deines Backup-Schlüssels wurde nicht fertig',
  unfinishedKeyText:
    'Bis sie fertig ist, öffnet auch der jetzige Schlüssel dein Backup, und die Wege hinein lassen sich nicht ändern.',
  finishKey: 'Fertig machen',
  finishKeyText:
    'Dein Passwort bleibt dasselbe. Es wird einmal gebraucht, damit der Tresor dafür den neuen Schlüssel hergibt.',
  keyChangeFinished: 'Dein Backup hat seinen neuen Schlüssel.',
  reminder: 'Weißt du dein Passwort noch?',
  reminderText: 'Tipp es einmal ein, damit du es hast, wenn du es brauchst.',

  // what and when
  whatAndWhen: 'Was und wann',
  schedule: 'Wie oft',
  scheduleNote: 'Ein fälliges Backup wird gemacht, während die App offen ist.',
  schedules: {
    daily: 'Jeden Tag',
    weekly: 'Jede Woche',
    monthly: 'Jeden Monat',
    manual: 'Nur wenn ich tippe',
  },
  videos: 'Mit Videos',
  videosDetail: 'Sie brauchen den meisten Platz',

  // ways to open it
  waysTitle: 'Was dein Backup öffnet',
  waysNote: 'Nur das öffnet es. Wir können es nicht.',
  password: 'Passwort',
  passwordDetail: 'Der Tresor zählt die Versuche',
  key64: '64-stelliger Schlüssel',
  key64Detail: 'Auf Papier oder im Passwort-Manager',
  key64States: { kept: 'aufbewahrt', unconfirmed: 'nicht bestätigt', 'not-chosen': 'Hinzufügen' },
  passkeys: 'Passkeys',
  passkeysDetail: 'Mit Fingerabdruck, Gesicht oder Sicherheitsschlüssel',
  isOn: 'an',
  add: 'Hinzufügen',
  remove: 'Entfernen',
  lastWayTitle: 'Es ist der einzige Weg hinein',
  lastWay:
    'Nichts anderes würde dein Backup öffnen. Füg erst einen anderen Weg hinzu, oder schalt das Backup aus.',
  health: 'Zustand des Backups',
  healthDetail: 'Letzte Prüfung, was heute verloren ginge, wer es öffnen kann',
  turnOff: 'Verschlüsseltes Backup ausschalten',
  toBackup: 'Zum Chat-Backup',
  notOnTitle: 'Das verschlüsselte Backup ist aus',
  notOnText: 'Schalt es zuerst ein: Dann gibt es etwas zu öffnen.',

  // turning on
  turnOnTitle: 'Einschalten',
  stepTitles: {
    choose: 'Was soll es öffnen?',
    key: 'Dein Schlüssel',
    confirm: 'Zeig, dass du ihn hast',
    passkey: 'Dein Passkey',
    password: 'Dein Passwort',
  },
  stepBack: 'Einen Schritt zurück',
  signIn: 'Anmelden',
  signInFirst: 'Melde dich zuerst an',
  signInFirstText: 'Ein Backup gehört zu deiner Nummer, damit ein neues Gerät es findet.',
  chooseText: 'Nur was du hier wählst, öffnet dein Backup. Wähl eines oder mehrere.',
  chooseNote: 'Mit zwei Wegen sperrt einer, der verloren oder vergessen ist, niemanden aus.',
  chooseWays: { password: 'Ein Passwort', key64: 'Ein 64-stelliger Schlüssel', passkey: 'Ein Passkey' },
  chooseWho: {
    password:
      'Wer es kennt, kann es öffnen. Der Tresor zählt die Versuche, sperrt nach einigen falschen und liest nichts.',
    key64:
      'Wer ihn hat, kann es öffnen, ohne Tresor. Du bewahrst ihn auf; geht er verloren, kann niemand einen neuen machen.',
    passkey:
      'Wer dein Gerät oder deinen Passwort-Manager entsperren kann, kann es öffnen: mit Fingerabdruck, Gesicht oder PIN.',
  },
  chooseOne: 'Wähl mindestens eines.',
  needsNetwork: 'Es gibt keine Verbindung. Das Einschalten braucht eine.',
  turnOnDo: 'Einschalten',
  turnsOnThen: 'Damit ist das Backup eingeschaltet.',
  leaveWithKey:
    'Das Backup ist noch nicht an. Der Schlüssel, den du gesehen hast, bleibt derselbe, bis es an ist.',
  leaveWithPasskey:
    'Das Backup ist noch nicht an, und der Passkey, den du gemacht hast, würde nichts öffnen.',
  turnedOnTitle: 'Es ist an',
  turnedOnText: 'Von jetzt an öffnet nur, was du gewählt hast, dein Backup.',
  better: 'Eine gute Ergänzung',
  betterKey: '64-stelligen Schlüssel hinzufügen',
  betterKeyText: 'Er öffnet dein Backup, wenn das Passwort vergessen ist',
  otherBackup: 'Diese Nummer hat schon ein Backup',
  otherBackupText: (until, format) =>
    `Ein anderes Gerät hat es gemacht. Deines kann ${format.until(until)} an seine Stelle treten, wenn jenes Gerät es nicht abbricht.`,
  otherBackupDo: [
    'Ist es deines? Öffne es mit seinem Passwort, seinem 64-stelligen Schlüssel oder seinem Passkey: Dann macht dieses Gerät damit weiter.',
    'Hast du das andere Gerät noch? Schalt sein Backup dort aus und komm dann wieder.',
    'Keins von beiden? Warte, komm dann hierher und mach es fertig. Das Warten verhindert, dass ein Fremder mit deiner Nummer unbemerkt an deine Stelle tritt.',
  ],
  openThatOne: 'Jenes Backup öffnen',
  waitUntil: (until, format) => `Fertig machen ${format.until(until)}`,

  // the password
  newPassword: 'Neues Passwort',
  yourPassword: 'Dein Backup-Passwort',
  again: 'Noch einmal dasselbe',
  rules: 'Mindestens 8 Zeichen, und keines der üblichen. 8 Ziffern genügen: Die Versuche werden gezählt.',
  advice: [
    'Länger ist stärker.',
    'Nur die Grenze der Versuche schützt es. Ein paar Wörter hintereinander sind stärker, und leicht zu merken.',
    'Genug, solange Versuche gezählt werden. Länger ist stärker.',
    'Gut. Ein Wort mehr, und es wäre stark.',
    'Stark: Es hielte auch ohne Grenze der Versuche.',
  ],
  tooShort: 'Es hat weniger als 8 Zeichen.',
  tooCommon: 'Das rät jeder als Erstes. Wähl ein anderes.',
  differs: 'Die beiden sind nicht gleich.',
  againMissing: 'Tipp es noch einmal ein.',
  provedOnce:
    'Es gilt erst, wenn es, ein zweites Mal getippt, einmal deinen Schlüssel geöffnet hat. Das dauert ein paar Sekunden.',
  passwordWhat:
    'Du brauchst es, wenn dieses Gerät weg ist. Schreib es auf, oder wähl eines, das du nicht vergisst; wir können es nicht zurücksetzen.',
  addPassword: 'Passwort hinzufügen',
  addPasswordText:
    'Damit öffnest du dein Backup auf einem neuen Gerät. Der Tresor zählt die Versuche und sperrt nach einigen falschen.',
  addPasswordDo: 'Passwort hinzufügen',
  passwordAdded: 'Dein Passwort öffnet das Backup.',
  checkPassword: 'Mein Passwort prüfen',
  checkDetail: 'Ob du es noch weißt',
  check: 'Prüfen',
  checkedRight: 'Richtig. Das ist dein Passwort.',
  askedAgain: (at, format) => `Du wirst ${format.until(at)} wieder gefragt`,
  countsAsTry: 'Ein falsches kostet einen Versuch.',
  forgotten: 'Vergessen?',
  forgottenDetail: 'Dieses Gerät hat den Schlüssel: Wähl ein neues',
  changePassword: 'Passwort ändern',
  changeDetail: 'Auch wenn du es vergessen hast: Das alte braucht es nicht',
  changeText:
    'Das alte Passwort braucht es nicht: Dieses Gerät hat den Schlüssel. Fertig ist es, wenn das neue den Schlüssel einmal geöffnet hat.',
  passwordChanged: 'Das neue Passwort öffnet dein Backup; das alte nicht mehr.',
  removePassword: 'Passwort entfernen',
  removePasswordTitle: 'Das Passwort entfernen?',
  removePasswordText: 'Der Tresor löscht es. Danach öffnen nur deine anderen Wege das Backup.',
  triesNote: 'Wer das Passwort ändert, gibt damit niemandem mehr Versuche.',
  triesLeft: (left, limit, format) =>
    `Noch ${format.number(left)} von ${format.plural(limit, { one: '# Versuch', other: '# Versuchen' })}`,
  nextTry: (at, format) => `Nächster Versuch ${format.until(at)}.`,
  lastTries: (left, format) => `Nur noch ${tries(left, format)}`,
  lastTriesText:
    'Nach dem letzten falschen löscht der Tresor, was das Passwort öffnet. Dieses Gerät kann dann ein neues setzen; ein anderes nicht.',

  // proofs
  proofTitle: 'Zeig, dass du es bist',
  proofText:
    'Wer dein Backup öffnen kann, darf ändern, was es öffnet. Ein paar Minuten lang wirst du nicht noch einmal gefragt.',
  noProof: 'Nichts kann gerade zeigen, dass du es bist',
  noProofLocked: 'Dein Passwort ist gesperrt. Wähle zuerst ein neues; nach einer Woche gilt es als Beweis.',
  noProofYet: (from, format) =>
    `Dein Passwort wurde geändert, ohne zu zeigen, dass du es warst. Es öffnet dein Backup schon, und gilt ${format.until(from)} als Beweis.`,
  noProofUnconfirmed:
    'Bestätige deinen 64-stelligen Schlüssel, oder wähle zuerst einen anderen Weg, dein Backup zu öffnen.',
  provesAfterAWeek:
    'Das neue Passwort öffnet dein Backup sofort. Weil niemand gezeigt hat, dass du es gewählt hast, zeigt es hier eine Woche lang keinen Schlüssel und entfernt keinen Weg.',
  otherProof: 'Anders zeigen, dass du es bist',
  proofBy: {
    password: 'Das Backup-Passwort',
    passkey: 'Ein Passkey',
    key: 'Der 64-stellige Schlüssel',
  },
  deviceLockText: 'Dein Gerät fragt nach Fingerabdruck, Gesicht oder PIN.',
  deviceLockRefused: 'Das Gerät hat nicht bestätigt, dass du es bist. Versuch es noch einmal.',
  passkeyProofText: 'Dein Gerät oder Sicherheitsschlüssel fragt nach dem Passkey dieses Backups.',

  // passkeys
  passkeyWhat:
    'Ein Passkey öffnet dein Backup mit Fingerabdruck, Gesicht oder PIN. Er geht auf jedem Gerät, auf das dein Passwort-Manager ihn mitnimmt.',
  noPasskeys: 'Noch kein Passkey',
  passkeyAdd: 'Passkey hinzufügen',
  passkeyCreate: 'Passkey erstellen',
  passkeyUse: 'Mit diesem Passkey noch einmal',
  passkeyName: 'Name',
  passkeyNameHelp: 'Damit du ihn von anderen unterscheidest.',
  passkeyNameMissing: 'Gib ihm einen Namen.',
  passkeyNameless: 'Passkey',
  passkeySince: (at, format) => `Hinzugefügt: ${format.day(at)}`,
  passkeyAdded: (name) => `„${name}“ öffnet dein Backup.`,
  passkeyReady: 'Der Passkey ist gemacht.',
  passkeyRemove: (name) => `${name} entfernen`,
  passkeyRemoveTitle: (name) => `„${name}“ entfernen?`,
  passkeyRemoveText:
    'Er öffnet dein Backup nicht mehr. Lösch ihn auch in deinem Passwort-Manager. Wer ihn und eine Kopie des heutigen Backups hat, kann diese Kopie weiter öffnen.',
  secondTouch: 'Noch einmal',
  secondTouchText:
    'Der Passkey ist gemacht. Deiner gibt sein Geheimnis erst, wenn er benutzt wird; darum wird er ein zweites Mal gefragt.',
  touchAgain: 'Einmal benutzen',
  passkeyFailures: {
    unsupported:
      'Passkeys gehen hier nicht: Der Browser kennt sie nicht gut genug, oder die Adresse dieser Seite ist eine Zahl statt eines Namens. Ein Passwort oder ein 64-stelliger Schlüssel geht überall.',
    cancelled: 'Nichts wurde gemacht: Es wurde abgebrochen oder dauerte zu lange. Versuch es noch einmal.',
    'no-secret':
      'Dieser Passkey kann dich anmelden, gibt aber kein Geheimnis, das ein Backup schützen könnte. Wähl einen anderen Ort: das Telefon, einen Passwort-Manager oder einen neueren Sicherheitsschlüssel.',
    known: 'Für dieses Backup gibt es am selben Ort schon einen Passkey. Wähl einen anderen Ort.',
  },

  // turning off
  turnOffTitle: 'Ausschalten',
  turnOffWhat: [
    'Es werden keine Backups mehr gemacht.',
    'Der Tresor löscht, was dein Passwort öffnet.',
    'Dieses Gerät vergisst den Schlüssel des Backups; deine Chats bleiben darauf.',
  ],
  deleteBackups: 'Auch die verschlüsselten Backups löschen',
  deleteBackupsNo:
    'Sie bleiben in der Cloud. Ohne einen aufbewahrten 64-stelligen Schlüssel oder einen Passkey kann sie nie jemand öffnen',
  deleteBackupsYes: 'Sie werden aus der Cloud gelöscht',
  deleteWarning: 'Danach ist das, was auf diesem Gerät ist, alles, was es gibt.',
  turnOffDo: 'Ausschalten',
  turnOffDelete: 'Ausschalten und löschen',
  isOff: 'Das verschlüsselte Backup ist aus',
  isOffKept: 'Deine Chats bleiben auf diesem Gerät. Die Backups, die es gibt, bleiben in der Cloud.',
  isOffDeleted: 'Deine Chats bleiben auf diesem Gerät. Die verschlüsselten Backups sind gelöscht.',

  // health
  lastBackup: 'Letztes Backup',
  lastCheck: 'Letzte Prüfung',
  neverChecked: 'Noch nicht geprüft',
  checkedAt: (check, format) =>
    check.ok ? 'Alles ist da' : format.plural(check.problems, { one: '# Problem', other: '# Probleme' }),
  lostToday: 'Ginge dieses Gerät jetzt verloren',
  lost: (counts, format) =>
    counts.messages + counts.media === 0 ? 'Nichts ginge verloren.' : `Verloren: ${both(counts, format)}.`,
  checkQuick: 'Schnell prüfen',
  checkFull: 'Ganz prüfen',
  checkNote:
    'Die schnelle Prüfung sieht nach, ob alles in der Cloud ist. Die ganze liest jedes Byte und dauert so lange wie eine Wiederherstellung.',
  checking: 'Wird geprüft',
  checkedFine: 'Das Backup ist vollständig und lässt sich wiederherstellen.',
  checkedBad: (paths, format) =>
    `Beschädigt oder nicht da: ${format.list(paths)}. Sichere jetzt: Was auf diesem Gerät ist, wird neu gesendet.`,
  whoTitle: 'Wer es öffnen kann',
  whoPassword: 'Wer dein Passwort kennt',
  whoPasswordText: 'Die Versuche werden gezählt; nach dem letzten falschen ist es gesperrt',
  whoKey: 'Wer deinen 64-stelligen Schlüssel hat',
  whoKeyText: 'Mit dem Schlüssel und den versiegelten Dateien, ohne Tresor',
  whoPasskey: (count, format) =>
    format.plural(count, { one: 'Wer deinen Passkey hat', other: 'Wer einen deiner # Passkeys hat' }),
  whoPasskeyText: 'Und das Gerät oder den Passwort-Manager entsperren kann, in dem er ist',
  whoNot: 'Sonst niemand',
  whoNotText: 'Nicht die Cloud, nicht das Netz, nicht wer weiterleitet',
  vaultTitle: (threshold, count, format) =>
    `${format.number(threshold)} von ${format.plural(count, { one: '# Tresor', other: '# Tresoren' })} ${threshold === 1 ? 'muss' : 'müssen'} antworten`,
  promiseOne: (operator, count) =>
    `${operator} betreibt ${count === 1 ? 'ihn' : 'allein genug davon'} und hat das Vertrauen, die Versuche zu zählen: Wer es bricht, könnte Passwörter ohne Grenze versuchen.`,
  promiseMany: (needed, operators, format) =>
    `Betrieben von ${format.list(operators)}. Weniger als ${format.number(needed)} dieser Betreiber zusammen können ein Passwort nicht einmal versuchen.`,
  anOperator: 'Ein Betreiber',
  vaultUnknown: 'Der Tresor wurde noch nicht gefragt',
  vaultUnknownText: 'Wie viele Versuche es noch gibt, zeigt sich mit einer Verbindung',
  noVault: 'Kein Tresor ist beteiligt',
  noVaultText: 'Ohne Passwort gibt es nichts, was sich raten ließe',
};
