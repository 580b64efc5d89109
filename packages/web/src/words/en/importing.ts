import type { Format } from '../format.ts';

const messages = (count: number, format: Format): string =>
  format.plural(count, { one: '# message', other: '# messages' });
const media = (count: number, format: Format): string =>
  format.plural(count, { one: '# photo or file', other: '# photos and files' });

/** Bringing chats from WhatsApp. */
export const importing = {
  title: 'Import chats',
  drop: 'Drop it to import it',
  dropDetail: 'Chats that WhatsApp exported, as zip or text',
  intro: 'Drop exported chats here',
  introDetail: 'Zips or texts, several at once. They are read on this device and sent nowhere.',
  choose: 'Choose files',
  chooseMore: 'Add more files',
  howTitle: 'How to export a chat from WhatsApp',
  how: [
    'Open the chat on your phone and tap its name, or the menu.',
    'Choose “Export chat”, with or without media.',
    'Save the file, or send it to yourself, and open it here.',
  ],
  looking: 'Looking into it…',
  people: (names: string) => `With ${names}`,
  andMore: (names: string, more: number, format: Format) => `${names} and ${format.number(more)} more`,
  contents: (counts: { messages: number; media: number }, size: string, format: Format) =>
    counts.media === 0
      ? messages(counts.messages, format)
      : `${messages(counts.messages, format)}, ${media(counts.media, format)} (${size})`,
  span: (from: string, to: string) => (from === to ? from : `${from} to ${to}`),
  unread: (lines: number, format: Format) =>
    format.plural(lines, {
      one: '# line could not be read and is left out.',
      other: '# lines could not be read and are left out.',
    }),
  me: 'Which of these is you?',
  nobody: 'None of them',
  allPeople: (count: number, format: Format) => `Show all ${format.number(count)}`,
  dayTitle: 'How are the dates written?',
  dayText: 'The dates in this export can be read in two ways.',
  dayFirst: 'Day first',
  monthFirst: 'Month first',
  start: (chats: number, format: Format) =>
    format.plural(chats, { one: 'Import the chat', other: 'Import # chats' }),
  answerFirst: 'Answer the questions above first.',
  waiting: 'Waits for its turn',
  running: (title: string) => `Importing “${title}”`,
  files: (done: number, total: number, format: Format) =>
    `${format.number(done)} of ${format.number(total)} files`,
  leave: 'You can leave this page; it goes on as long as the app is open.',
  remove: (name: string) => `Take ${name} off the list`,
  done: (title: string, counts: { messages: number; media: number }, format: Format) => {
    const what = counts.media === 0 ? [] : [media(counts.media, format)];
    const all = format.list([messages(counts.messages, format), ...what]);
    return `${all} from “${title}” ${counts.messages + counts.media === 1 ? 'is' : 'are'} here`;
  },
  doneNothing: (title: string) => `Everything from “${title}” was here already`,
  added: 'Added to what was here before.',
  open: 'Open the chat',
  openAll: 'To your chats',
  notAChat: (name: string) =>
    `“${name}” is not a chat that WhatsApp exported. In WhatsApp, open the chat, choose “Export chat”, and bring the zip or text it makes.`,
  damaged: (name: string) =>
    `“${name}” is damaged, or did not arrive whole. Export the chat in WhatsApp once more.`,
  encrypted: (name: string) =>
    `“${name}” is WhatsApp’s own encrypted backup. Here, bring single chats: use “Export chat” in WhatsApp.`,
  stopped: (title: string) =>
    `Stopped. What was read of “${title}” is here; importing it again adds the rest.`,
  again: 'Try again',
  failed: (title: string) => `“${title}” was not imported whole`,
};
