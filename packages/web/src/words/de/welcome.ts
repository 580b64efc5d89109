import type { Words } from '../en.ts';

/** The first screen. */
export const welcome: Words['welcome'] = {
  title: 'Strongroom',
  claim: 'Deine Chats, sicher in einer Cloud, die sie nicht lesen kann.',
  text: 'Backups öffnen sich mit einem Passwort, das du dir merkst. Niemand sonst kann sie öffnen: nicht die Cloud, nicht das Netz, nicht wir.',
  ways: 'So kannst du beginnen',
  sample: 'Mit Beispielchats beginnen',
  sampleDetail: 'Zum Umsehen; nichts verlässt dieses Gerät',
  sampling: 'Beispielchats werden geschrieben',
  bring: 'Deine WhatsApp-Chats mitbringen',
  bringDetail: 'Zieh einen exportierten Chat hierher, oder wähle ihn',
  restore: 'Ein Backup wiederherstellen',
  restoreDetail: 'Mit Passwort, Schlüssel oder Passkey',
};
