import type { Words } from '../en.ts';

/** The texts of the devices of an account. */
export const devices: Words['devices'] = {
  title: 'Geräte',
  here: 'Dieses Gerät',
  others: 'Andere',
  none: 'Sonst ist niemand mit deiner Nummer angemeldet.',
  added: (at, format) => `Angemeldet: ${format.day(at)}`,
  seen: (at, format) => `zuletzt gesehen: ${format.day(at)}`,
  note: 'Ein angemeldetes Gerät kann dein Backup suchen, aber ohne dein Passwort, deinen Schlüssel oder Passkey nicht öffnen. Ein Gerät, das gesichert oder zurückgeholt hat, besitzt den Schlüssel des Backups.',
  remove: 'Dieses Gerät abmelden',
  removeTitle: (name) => `„${name}“ abmelden?`,
  removeText:
    'Es kann dann nicht mehr sichern, nicht mehr nach deinem Backup suchen und keine Passwörter versuchen. Chats und Schlüssel, die darauf sind, bleiben dort. Wurde es gestohlen, dann ändere danach Passwort und Schlüssel.',
  removed: (name) => `„${name}“ ist abgemeldet`,
  signOut: 'Hier abmelden',
  signOutDetail: 'Chats bleiben; Backups hören auf',
  signOutTitle: 'Auf diesem Gerät abmelden?',
  signOutText:
    'Deine Chats bleiben auf diesem Gerät. Backups hören auf, bis du dich hier wieder mit derselben Nummer anmeldest.',
  signedOut: 'Abgemeldet',
  notSignedIn: 'Hier siehst du, wer mit deiner Nummer angemeldet ist, sobald du es bist.',
  signIn: 'Mit deiner Nummer anmelden',
  unknown: 'Gerät ohne Namen',
};
