import { cleanName } from './senders.ts';
import { wordings } from './words.ts';

const patterns: readonly RegExp[] = Object.values(wordings)
  .flatMap(({ titles }) => titles)
  .toSorted((a, b) => b.length - a.length)
  .map((title) => new RegExp(`^${title.split('*').map(literal).join('(.+)')}$`, 'iu'));

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, (sign) => `\\${sign}`).replace(/ /g, '[ _\\u00a0]');
}

/**
 * The name of a chat, as the name of a file tells it: `WhatsApp Chat with Anna.zip`, in any of the languages.
 * @returns undefined when it tells none
 */
export function titleOf(fileName: string): string | undefined {
  const base = fileName
    .normalize('NFC')
    .replace(/^.*[\\/]/, '')
    .replace(/\.(zip|txt)$/i, '')
    .replace(/ ?\(\d{1,3}\)$/, '')
    .trim();
  for (const pattern of patterns) {
    const name = cleanName(pattern.exec(base)?.[1] ?? '');
    if (name !== '') return name;
  }
  return undefined;
}
