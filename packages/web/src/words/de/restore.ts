import type { Words } from '../en.ts';
import type { Format } from '../format.ts';

const messages = (count: number, format: Format): string =>
  format.plural(count, { one: '# Nachricht', other: '# Nachrichten' });
const media = (count: number, format: Format): string =>
  format.plural(count, { one: '# Foto oder Datei', other: '# Fotos und Dateien' });

/** The texts of getting a backup back. */
export const restore: Words['restore'] = {
  title: 'Dein Backup zurückholen',
  looking: 'Dein Backup wird gesucht …',
  again: 'Noch einmal suchen',

  noneTitle: 'Hier ist kein Backup dieser Nummer',
  noneText: (phone) => `Für ${phone} wurde auf diesem Server nichts gesichert, oder es wurde gelöscht.`,
  noneOther: 'Eine andere Nummer',
  noneOtherDetail: 'Abmelden und mit der Nummer anmelden, die gesichert hat',
  noneDevice: 'Das Gerät, das deine Chats hat',
  noneDeviceDetail: 'Dort: Einstellungen, Chat-Backup. Hat es gesichert, such hier noch einmal',
  noneImport: 'Chats aus WhatsApp holen',
  noneImportDetail: 'Aus einem exportierten Chat von WhatsApp',
  startWithout: 'Ohne Backup anfangen',

  awayTitle: 'Dein Backup lässt sich gerade nicht suchen',
  awayText: 'Sobald eine Verbindung da ist, wird wieder gesucht.',

  notEmptyTitle: 'Hier sind schon Chats',
  notEmptyText: (count, format) =>
    `Auf diesem Gerät ${count === 1 ? 'ist' : 'sind'} ${messages(count, format)}. Ein Backup kommt nur auf ein leeres Gerät, damit nichts überschrieben wird.`,
  notEmptyBackup: 'Diese Chats sichern',
  notEmptyBackupDetail: 'Dann sind auch sie sicher',
  notEmptyReset: 'Dieses Gerät erst leeren',
  notEmptyResetDetail: 'Löscht, was hier ist; fragt dich vorher',

  found: 'Dein Backup ist da.',
  passwordAsk: 'Nur du kannst es öffnen. Gib das Passwort deines Backups ein.',
  password: 'Backup-Passwort',
  open: 'Backup öffnen',
  tries: (left, limit, format) =>
    `Noch ${format.number(left)} von ${format.plural(limit, { one: '# Versuch', other: '# Versuchen' })}`,
  wrong: (left, limit, format) =>
    `Falsches Passwort. Noch ${format.number(left)} von ${format.plural(limit, { one: '# Versuch', other: '# Versuchen' })}.`,
  waitTitle: (countdown) => `Nächster Versuch in ${countdown}`,
  waitText:
    'Die Wartezeit wächst mit jedem falschen Passwort, damit niemand viele versuchen kann. Auch anderswo endet sie nicht früher.',
  waitSpoken: (at, format) => `Nächster Versuch ${format.until(at)}.`,
  nearTitle: (left, format) =>
    format.plural(left, { one: 'Das ist der letzte Versuch', other: 'Nur noch # Versuche' }),
  nearText: 'Nach dem letzten löscht der Tresor für immer, was das Passwort öffnet.',
  nearOther: (ways) => `Bist du nicht sicher, dann nimm ${ways}: Das kostet keinen Versuch.`,
  nearDevice: 'Bist du nicht sicher: Ein Gerät, das deine Chats noch hat, kann ein neues Passwort setzen.',
  or: ' oder ',
  wayKey: 'deinen 64-stelligen Schlüssel',
  wayPasskey: 'deinen Passkey',
  lockedTitle: 'Das Passwort ist gesperrt',
  lockedWhat: (limit, format) =>
    `${format.plural(limit, { one: '#-mal', other: '#-mal' })} wurde ein falsches Passwort eingegeben. Der Tresor hat gelöscht, was das Passwort öffnete, damit niemand weiter raten kann. Dein Backup selbst ist heil.`,
  lockedStill: (ways) => `Noch öffnet es sich durch ${ways}.`,
  lockedNothing: 'Dieses Backup hat keinen 64-stelligen Schlüssel und keinen Passkey.',
  lockedElsewhere: 'Auf einem anderen Gerät',
  lockedDevice: 'Öffne Strongroom dort: Es fragt nach einem neuen Passwort. Dann komm wieder hierher.',
  lockedShort: 'Passwort: gesperrt',
  unfinishedTitle: 'Zwei Passwörter sind möglich',
  unfinishedText:
    'Eine Änderung des Passworts wurde unterbrochen; das andere kann das richtige sein. Soll deine Eingabe auch dort versucht werden? Das kostet einen weiteren Versuch.',
  unfinishedTry: 'Auch dort versuchen',
  vaultAway:
    'Der Tresor lässt sich gerade nicht fragen; wie viele Versuche bleiben, ist daher nicht bekannt. Warten kostet keinen.',

  otherWays: 'Andere Wege, es zu öffnen',
  usePassword: 'Mit dem Passwort',
  usePasswordDetail: 'Dem, das du für dein Backup gewählt hast',
  useKey: 'Mit dem 64-stelligen Schlüssel',
  useKeyDetail: 'Getippt, gescannt oder aus einer Datei; kostet keinen Versuch',
  usePasskey: 'Mit einem Passkey',
  usePasskeyDetail: 'Der Sperre deines Handys oder Computers',
  keyAsk:
    'Tippe oder scanne den 64-stelligen Schlüssel, den du aufbewahrt hast. Er wird nirgendwohin gesendet.',
  passkeyAsk: 'Dein Passkey öffnet das Backup mit der Sperre deines Geräts: Finger, Gesicht oder PIN.',
  passkeyOpen: 'Den Passkey verwenden',
  passkeyFailed: {
    unsupported: 'Dieser Browser oder diese Adresse kann keine Passkeys. Nimm einen anderen Weg.',
    cancelled:
      'Es wurde nichts daraus: Es wurde abgebrochen, oder dein Passkey ist nicht auf diesem Gerät. Du kannst es noch einmal versuchen.',
    'no-secret':
      'Dieser Passkey kann anmelden, gibt aber keinen Schlüssel. Nimm einen anderen oder einen anderen Weg.',
    known: 'Es wurde nichts daraus. Du kannst es noch einmal versuchen.',
  },

  olderTitle: 'Die Cloud zeigt ein älteres Backup',
  olderText: (seen, found, format) =>
    found === 0
      ? `Dein neuestes Backup war Nummer ${format.number(seen)}, aber die Cloud zeigt keines. Jemand hat es gelöscht, oder die Cloud wurde auf einen früheren Stand gebracht.`
      : `Dein neuestes Backup war Nummer ${format.number(seen)}; die Cloud zeigt höchstens Nummer ${format.number(found)}. Jemand hat neuere gelöscht, oder die Cloud wurde auf einen früheren Stand gebracht.`,
  olderAsk:
    'Was du dazwischen geschrieben hast, würde fehlen. Frag erst, wer die Cloud betreibt; du kannst jederzeit wiederkommen.',
  olderAccept: 'Das ältere zurückholen',
  olderUnlock: 'Um es zurückzuholen, öffne das Backup noch einmal.',
  notNow: 'Jetzt nicht',
  otherFiles: 'In diesem Backup',
  otherFilesNote:
    'Ein Chat, den WhatsApp exportiert hat, lässt sich von hier importieren; andere Dateien kommen zu deinen Downloads. Das Backup bleibt, wie es ist, und nichts von diesem Gerät kommt hinein.',
  otherSave: 'speichern',
  otherImport: 'diesen Chat importieren',
  otherComing: 'Kommt …',

  opening: 'Dein Backup wird geöffnet …',
  messagesFirst: 'Deine Nachrichten kommen zuerst',
  bytes: (done, total, format) => `${format.size(done)} von ${format.size(total)}`,
  timeLeft: (seconds, format) => `noch ${format.duration(seconds)}`,
  here: (count, format) =>
    format.plural(count, { one: 'Deine # Nachricht ist da', other: 'Deine # Nachrichten sind da' }),
  mediaSoFar: (done, total, format) => `Bisher ${format.number(done)} von ${media(total, format)}`,
  mediaComing: 'Fotos, Videos und Dateien',
  readNow:
    'Du kannst schon lesen; der Rest kommt nach. Schließt du diese Seite, geht es weiter, wenn du sie wieder öffnest.',
  keepOpen:
    'Lass diese Seite offen, bis deine Nachrichten da sind. Schließt du sie, geht es weiter, wenn du sie wieder öffnest.',
  read: 'Deine Chats lesen',
  stop: 'Anhalten',
  stopping: 'Wird angehalten …',
  stopped: 'Angehalten. Was da ist, bleibt.',
  waiting: 'Wartet auf die Verbindung. Es geht von selbst weiter.',
  letGo: 'Auf den Rest verzichten',
  letGoTitle: 'Auf den Rest verzichten?',
  letGoText: (missing, format) =>
    `${media(missing, format)} ${missing === 1 ? 'kommt' : 'kommen'} nicht auf dieses Gerät. Das Backup in der Cloud bleibt, wie es ist.`,
  letGoMessages: 'Hier aufhören und nichts behalten',
  toldMessages: (messages, format) =>
    format.plural(messages, { one: '# Nachricht ist angekommen', other: '# Nachrichten sind angekommen' }),
  toldAll: 'Die Wiederherstellung ist vollständig',
  doneTitle: 'Alles ist wieder da',
  doneMessages: 'Nachrichten',
  doneMedia: 'Fotos und Dateien',
  doneNext: 'Neue Nachrichten werden von nun an von diesem Gerät gesichert.',
  left: (count, format) =>
    format.plural(count, {
      one: '# Datei kam nicht zurück',
      other: '# Dateien kamen nicht zurück',
    }),
  leftText: 'Sie sind in der Cloud beschädigt oder fehlen dort. Alles Heile ist da.',
  whichFiles: 'Welche',
  andMore: (count, format) => `und ${format.number(count)} weitere`,
  damagedTitle: 'Die Nachrichten in diesem Backup sind beschädigt',
  damagedText:
    'Sie lassen sich nicht ganz lesen; darum kam nichts zurück. Hat ein anderes Gerät deine Chats noch, dann sichere von dort noch einmal.',
};
