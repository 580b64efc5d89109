import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { MessageView } from '../../../engine/contract.ts';
import { de } from '../../../words/de.ts';
import { en } from '../../../words/en.ts';
import { formatOf } from '../../../words/format.ts';
import { LanguageContext } from '../../../words/use-words.ts';
import { Bubble } from './Bubble.tsx';

const nobody: MessageView = {
  id: 1,
  chatId: 1,
  position: 4,
  at: Date.UTC(2026, 0, 31, 12),
  mine: false,
  kind: 'system',
  text: 'Messages are end-to-end encrypted.',
  edited: false,
};

function shown(message: MessageView, words: typeof en, locale: string): string {
  const bubble = createElement(Bubble, { message, before: message, isGroup: false, onOpen: () => undefined });
  const language = { words, format: formatOf(locale) };
  return renderToStaticMarkup(createElement(LanguageContext, { value: language }, bubble));
}

test.each(['encrypted', 'group-created'] as const)(
  'a notice is told in the language one reads: %s',
  (notice) => {
    expect(shown({ ...nobody, notice }, en, 'en')).toContain(en.conversation.notices[notice]);
    const german = shown({ ...nobody, notice }, de, 'de');
    expect(german).toContain(de.conversation.notices[notice]);
    expect(german).not.toContain(nobody.text);
  },
);

test('a notice that came with its own words keeps them', () => {
  expect(shown({ ...nobody, text: 'Anna changed the subject' }, de, 'de')).toContain(
    'Anna changed the subject',
  );
});
