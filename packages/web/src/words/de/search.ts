import type { Words } from '../en.ts';

/** The search over all chats. */
export const search: Words['search'] = {
  title: 'Suche',
  label: 'Alle Chats durchsuchen',
  clear: 'Die Suche leeren',
  results: 'Gefundene Nachrichten',
  found: (count, format) =>
    format.plural(count, { one: '# Nachricht gefunden', other: '# Nachrichten gefunden' }),
  foundMore: (count, format) => `Die neuesten ${format.number(count)} gefundenen Nachrichten`,
  nothingTitle: 'Nichts gefunden',
  nothing: (words) => `In keiner Nachricht steht „${words}“. Versuch es mit weniger oder anderen Wörtern.`,
  start: 'Wörter aus einer Nachricht: Alle Chats auf diesem Gerät werden durchsucht.',
};
