import type { Format } from '../format.ts';

/** The search over all chats. */
export const search = {
  title: 'Search',
  label: 'Search all chats',
  clear: 'Clear the search',
  results: 'Messages found',
  found: (count: number, format: Format) =>
    format.plural(count, { one: '# message found', other: '# messages found' }),
  foundMore: (count: number, format: Format) => `The newest ${format.number(count)} messages found`,
  nothingTitle: 'Nothing found',
  nothing: (words: string) => `No message has “${words}” in it. Try fewer or other words.`,
  start: 'Words from a message: all chats on this device are searched.',
};
