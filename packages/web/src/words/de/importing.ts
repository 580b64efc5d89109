import type { Format } from '../format.ts';
import type { Words } from '../en.ts';

const messages = (count: number, format: Format): string =>
  format.plural(count, { one: '# Nachricht', other: '# Nachrichten' });
const media = (count: number, format: Format): string =>
  format.plural(count, { one: '# Foto oder Datei', other: '# Fotos und Dateien' });

/** Bringing chats from WhatsApp. */
export const importing: Words['importing'] = {
  title: 'Chats importieren',
  drop: 'Loslassen zum Importieren',
  dropDetail: 'Chats, die WhatsApp exportiert hat, als Zip oder Text',
  intro: 'Zieh exportierte Chats hierher',
  introDetail:
    'Zips oder Texte, auch mehrere. Sie werden auf diesem Gerät gelesen und nirgendwohin geschickt.',
  choose: 'Dateien wählen',
  chooseMore: 'Weitere Dateien',
  howTitle: 'So exportierst du einen Chat aus WhatsApp',
  how: [
    'Öffne den Chat auf dem Telefon und tippe auf seinen Namen oder das Menü.',
    'Wähle „Chat exportieren“, mit oder ohne Medien.',
    'Sichere die Datei, oder schick sie dir selbst, und öffne sie hier.',
  ],
  looking: 'Wird angesehen …',
  people: (names) => `Mit ${names}`,
  andMore: (names, more, format) => `${names} und ${format.number(more)} weiteren`,
  contents: (counts, size, format) =>
    counts.media === 0
      ? messages(counts.messages, format)
      : `${messages(counts.messages, format)}, ${media(counts.media, format)} (${size})`,
  span: (from, to) => (from === to ? from : `${from} bis ${to}`),
  unread: (lines, format) =>
    format.plural(lines, {
      one: '# Zeile war nicht zu lesen und bleibt weg.',
      other: '# Zeilen waren nicht zu lesen und bleiben weg.',
    }),
  me: 'Wer davon bist du?',
  nobody: 'Niemand davon',
  allPeople: (count, format) => `Alle ${format.number(count)} zeigen`,
  dayTitle: 'Wie sind die Daten geschrieben?',
  dayText: 'Die Datumsangaben in diesem Export lassen sich auf zwei Arten lesen.',
  dayFirst: 'Tag zuerst',
  monthFirst: 'Monat zuerst',
  start: (chats, format) =>
    format.plural(chats, { one: 'Den Chat importieren', other: '# Chats importieren' }),
  answerFirst: 'Beantworte zuerst die Fragen oben.',
  waiting: 'Kommt noch an die Reihe',
  running: (title) => `„${title}“ wird importiert`,
  files: (done, total, format) => `${format.number(done)} von ${format.number(total)} Dateien`,
  leave: 'Du kannst diese Seite verlassen; es geht weiter, solange die App offen ist.',
  remove: (name) => `${name} von der Liste nehmen`,
  done: (title, counts, format) => {
    const what = counts.media === 0 ? [] : [media(counts.media, format)];
    const all = format.list([messages(counts.messages, format), ...what]);
    return `${all} aus „${title}“ ${counts.messages + counts.media === 1 ? 'ist' : 'sind'} hier`;
  },
  doneNothing: (title) => `Alles aus „${title}“ war schon hier`,
  added: 'Hinzugefügt zu dem, was schon hier war.',
  open: 'Den Chat öffnen',
  openAll: 'Zu deinen Chats',
  notAChat: (name) =>
    `„${name}“ ist kein Chat, den WhatsApp exportiert hat. Öffne den Chat in WhatsApp, wähle „Chat exportieren“ und bring die Zip- oder Textdatei, die dabei entsteht.`,
  damaged: (name) =>
    `„${name}“ ist beschädigt oder kam nicht ganz an. Exportier den Chat in WhatsApp noch einmal.`,
  encrypted: (name) =>
    `„${name}“ ist WhatsApps eigenes verschlüsseltes Backup. Bring hier einzelne Chats: mit „Chat exportieren“ in WhatsApp.`,
  stopped: (title) =>
    `Angehalten. Was von „${title}“ gelesen wurde, ist hier; noch einmal importiert kommt der Rest dazu.`,
  again: 'Noch einmal versuchen',
  failed: (title) => `„${title}“ wurde nicht ganz importiert`,
};
