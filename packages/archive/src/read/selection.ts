import type { EntryFacts } from '../entry.ts';

/** Whether an entry is wanted. */
export type Selection = (entry: EntryFacts) => boolean;

/**
 * The selection that a person names: `messages`, `media`, or a pattern of paths in which `*` stands for any
 * characters of a name, `?` for one, and `**` for any number of names. A pattern without `/` is looked for in
 * every folder, and one that names a folder means everything in it.
 */
export function selectionOf(text: string): Selection {
  if (text === 'messages' || text === 'media') return ({ category }) => category === text;
  const pattern = globPattern(text.includes('/') ? text.replace(/^\/|\/$/g, '') : `**/${text}`);
  return ({ path }) => pattern.test(path);
}

function globPattern(glob: string): RegExp {
  const source = glob.replace(/\*\*\/|\*\*|[*?]|[^*?]+/g, (part) => globParts[part] ?? escapePattern(part));
  return new RegExp(`^${source}(?:/.*)?$`, 'su');
}

const globParts: Readonly<Record<string, string>> = {
  '**/': '(?:[^/]+/)*',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
