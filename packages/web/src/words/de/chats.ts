import type { Words } from '../en.ts';

/** The list of chats. */
export const chats: Words['chats'] = {
  title: 'Chats',
  list: 'Deine Chats',
  settings: 'Einstellungen',
  importChats: 'Chats importieren',
  restore: 'Ein Backup wiederherstellen',
  sample: 'Beispielchats hinzufügen',
  count: (messages, format) => format.plural(messages, { one: '# Nachricht', other: '# Nachrichten' }),
  mine: (text) => `Du: ${text}`,
  said: (who, text) => `${who}: ${text}`,
  unsaved: (messages, format) =>
    format.plural(messages, {
      one: '# Nachricht ist nur auf diesem Gerät',
      other: '# Nachrichten sind nur auf diesem Gerät',
    }),
  unsavedNever: 'Sichere sie, damit sie es überdauern',
  unsavedSince: 'Sie kommen mit dem nächsten Backup',
  emptyTitle: 'Noch keine Chats',
  emptyText:
    'Zieh einen Chat hierher, den du aus WhatsApp exportiert hast, stelle ein Backup wieder her, oder sieh dich mit Beispielchats um.',
  kinds: {
    image: 'Foto',
    video: 'Video',
    voice: 'Sprachnachricht',
    audio: 'Audio',
    document: 'Dokument',
    sticker: 'Sticker',
    contact: 'Kontakt',
    location: 'Standort',
    deleted: 'Gelöschte Nachricht',
  },
};
