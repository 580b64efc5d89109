import type { Words } from '../en.ts';

/** What stands round the screens. */
export const shell: Words['shell'] = {
  offline: 'Keine Verbindung. Was auf diesem Gerät ist, geht; Backups warten.',
  newVersion: 'Eine neue Version ist da.',
  newVersionLater: 'Eine neue Version ist da. Warte besser, bis fertig ist, was gerade läuft.',
  update: 'Neu laden',
  otherTabTitle: 'Strongroom ist in einem anderen Tab offen',
  otherTabText: 'Nur ein Tab zugleich kann mit deinen Chats arbeiten, damit nichts doppelt geschrieben wird.',
  useHere: 'Hier benutzen',
  brokenTitle: 'Diese Ansicht ist stehen geblieben',
  brokenText: 'Deine Chats und dein Backup sind unberührt. Neu laden hilft meistens.',
  reload: 'Neu laden',
  notFoundTitle: 'Hier ist nichts',
  notFoundText: 'Diese Adresse führt in der App nirgendwohin.',
  toChats: 'Zu deinen Chats',
  chooseChat: 'Wähle einen Chat, um ihn hier zu lesen.',
  chooseSetting: 'Wähle links, was du sehen möchtest.',
  skip: 'Zum Inhalt springen',
  list: 'Liste',
  damagedRestore: 'Aus dem Backup wiederherstellen',
  damagedAnew: 'Ohne sie neu beginnen',
  damagedNote:
    'Die beschädigte Datei wird auf diesem Gerät aufgehoben. Dein Backup bleibt, wie es ist: Nichts wird darüber gesichert, bis du es wiederhergestellt oder darauf verzichtet hast.',
  insecureTitle: 'Öffne diese Seite über HTTPS',
  insecureText:
    'Über eine ungeschützte Verbindung bietet der Browser keine Verschlüsselung; deine Chats wären hier nicht geschützt.',
};
