import type { Words } from '../en.ts';

/** The texts of what happened to the account and its backup. */
export const events: Words['events'] = {
  title: 'Sicherheitsereignisse',
  empty: 'In den letzten 30 Tagen ist nichts geschehen.',
  emptyText:
    'Hier siehst du, wann ein Passwort versucht, dein Backup geöffnet oder ein Gerät mit deiner Nummer angemeldet wird.',
  note: 'Ereignisse der letzten 30 Tage, wie der Server sie berichtet. Wie viele Versuche bleiben, sagt der Tresor selbst.',
  offline: 'Was inzwischen geschah, erscheint mit der nächsten Verbindung.',
  fresh: 'neu',
  here: 'Dieses Gerät',
  unknownDevice: 'Unbekanntes Gerät',
  whoAndWhen: (who, at, format) => `${who} · ${format.moment(at)}`,
  look: 'Ansehen',
  more: (count, format) => format.plural(count, { one: '# weiteres', other: '# weitere' }),
  kinds: {
    'wrong-password': 'Ein falsches Passwort wurde versucht',
    'backup-opened': 'Dein Backup wurde geöffnet',
    locked: 'Dein Passwort wurde gesperrt',
    'password-set': 'Ein Backup-Passwort wurde gesetzt',
    'password-changed': 'Das Backup-Passwort wurde geändert',
    'replacement-asked': 'Jemand will deinen Backup-Schlüssel ersetzen',
    'replacement-cancelled': 'Das Ersetzen deines Schlüssels wurde abgebrochen',
    'replacement-done': 'Dein Backup-Schlüssel wurde ersetzt',
    erased: 'Das Backup wurde abgeschaltet, sein Passwort gelöscht',
    'device-signed-in': 'Ein Gerät hat sich mit deiner Nummer angemeldet',
    'device-removed': 'Ein Gerät wurde von einem anderen abgemeldet',
    'device-signed-out': 'Ein Gerät hat sich abgemeldet',
    unknown: 'Etwas, das diese Version nicht kennt',
  },
  inARow: (count, format) => `${format.number(count)} in Folge`,
  meaning: {
    'wrong-password':
      'Ein falsches Passwort öffnet nichts und kostet einen der Versuche. Nach dem letzten ist das Passwort gesperrt, und nur dein Schlüssel, ein Passkey oder dieses Gerät öffnet das Backup.',
    'backup-opened':
      'Wer das tat, kannte dein Passwort und kann deine Chats lesen. Warst du es nicht, dann melde jenes Gerät ab und ändere Passwort und Schlüssel.',
    locked:
      'Zu viele falsche Passwörter: Der Tresor hat gelöscht, was das Passwort öffnete. Deine Chats hier sind unberührt. Wähle ein neues Passwort, damit du wieder zurückholen kannst.',
    'password-set':
      'Von nun an öffnet dieses Passwort dein Backup. Warst du es nicht, dann sieh dir deine Geräte an.',
    'password-changed':
      'Das frühere Passwort öffnet nichts mehr. Warst du es nicht, dann setze jetzt ein neues und sieh dir deine Geräte an.',
    'replacement-asked':
      'Jemand mit deiner Nummer, aber ohne dein Passwort, will ein Backup neu beginnen. Ist die Frist um, öffnet dein Passwort nichts mehr. Warst du es nicht, dann brich es ab.',
    'replacement-cancelled': 'Dein Passwort und dein Schlüssel gelten wie zuvor.',
    'replacement-done':
      'Dein Passwort gehört nun zu einem anderen Backup. Warst du es nicht, dann schalte das Backup hier aus und wieder ein: Deine Chats sind noch auf diesem Gerät.',
    erased:
      'Kein Passwort öffnet mehr ein Backup dieser Nummer. Warst du es nicht, dann schalte es hier wieder ein.',
    'device-signed-in':
      'Es kann dein Backup suchen, aber ohne dein Passwort, deinen Schlüssel oder Passkey nicht öffnen. Warst du es nicht, dann melde es ab.',
    'device-removed': 'Es kann nicht mehr sichern und dein Backup nicht mehr suchen.',
    'device-signed-out': 'Es kann nicht mehr sichern und dein Backup nicht mehr suchen.',
    unknown: 'Aktualisiere die App, um zu sehen, was es ist.',
  },
  toDevices: 'Deine Geräte ansehen',
  toPassword: 'Passwort ändern',
  toBackup: 'Zum Chat-Backup',
  replacementTitle: 'Jemand will deinen Backup-Schlüssel ersetzen',
  replacementText: (at, format) =>
    `Warst du das nicht, dann brich es ab. Sonst öffnet dein Passwort das Backup ${format.until(at)} nicht mehr.`,
  replacementCancel: 'Das war ich nicht: abbrechen',
  replacementMine: 'Das war ich',
  replacementCancelled: 'Abgebrochen. Dein Schlüssel bleibt.',
};
