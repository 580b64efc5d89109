import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes, type ErrorCode } from '@strongroom/core';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, test } from 'vitest';
import { de } from './de.ts';
import { en } from './en.ts';
import { formatOf, type Format } from './format.ts';
import { chooseLanguage, loadLanguage } from './language.ts';

const source = join(import.meta.dirname, '..');
const languages = { en, de };
const later = Date.now() + 30 * 60_000;

/** Every detail that some error has. */
const details: Record<string, unknown> = {
  guessesLeft: 6,
  waitUntil: later,
  until: later,
  unfinishedChange: false,
  answered: 1,
  needed: 2,
  why: 'it is short',
  triesLeft: 2,
  most: 32,
  group: 'B3',
  archives: ['a', 'b'],
  earlier: false,
  path: 'a folder',
  files: 3,
  bytes: 4096,
};

function shapeOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => shapeOf(inner, `${path}.${key}`));
}

function wrongPasswordIn(
  words: typeof en,
  format: Format,
): (guessesLeft: number, waitUntil: number | null) => string {
  return (guessesLeft: number, waitUntil: number | null): string =>
    words.errors['wrong-password']({ guessesLeft, waitUntil, unfinishedChange: false }, format);
}

test('every language has the same texts, and none is empty', () => {
  expect(shapeOf(de)).toEqual(shapeOf(en));
  for (const words of [en, de]) expect(JSON.stringify(words)).not.toMatch(/"\s*"/);
});

describe.each(Object.entries(languages))('in %s', (locale, words) => {
  const format = formatOf(locale);

  test.each(errorCodes)('%s has a sentence without commands, codes or holes', (code: ErrorCode) => {
    const sentence = (words.errors[code] as (details: unknown, format: unknown) => string)(details, format);
    expect(sentence).toMatch(/^\p{L}.+[.:]?/u);
    expect(sentence).not.toMatch(/undefined|NaN|\[object|`|--\w|strongroom \w+-|sha256/);
  });

  test('a wrong password says how many tries are left, and when the next is', () => {
    const wrong = wrongPasswordIn(words, format);
    expect(wrong(6, later)).toMatch(/6 .* in 30 [Mm]inute/);
    expect(wrong(1, null)).toMatch(/1 (try|Versuch)\b/);
    expect(wrong(0, null)).not.toMatch(/\b0\b/);
  });
});

test.each([
  [['de-AT', 'en'], 'de', 'de-AT'],
  [['fr', 'de'], 'de', 'de'],
  [['EN-gb'], 'en', 'EN-gb'],
  [['fr'], 'en', 'en'],
  [[], 'en', 'en'],
  [['constructor', 'de-!', '__proto__'], 'en', 'en'],
])('who wishes %j reads %s', (wished, code, locale) => {
  expect(chooseLanguage(wished)).toEqual({ code, locale });
});

test('a language that is read in twice is the same, so that nothing is drawn again', async () => {
  expect(await loadLanguage(['de-AT'])).toBe(await loadLanguage(['de-AT', 'en']));
  expect(await loadLanguage(['de-AT'])).not.toBe(await loadLanguage(['de-CH']));
});

describe('no text stands in a component', () => {
  const files = globSync('**/*.tsx', { cwd: source }).filter((file) => !file.startsWith('design/gallery'));

  test('and there are components', () => expect(files.length).toBeGreaterThan(20));

  test.each(files)('%s', (file) => {
    expect(textsIn(readFileSync(join(source, file), 'utf8'))).toEqual([]);
  });

  test('which this test would see', () => {
    expect(textsIn('const a = <p title="Your chats">Hello {"there you are"}</p>;')).toEqual([
      'Your chats',
      'Hello',
      'there you are',
    ]);
  });
});

interface Node {
  readonly type: string;
  readonly [name: string]: unknown;
}

// Attributes that are read or heard.
const spoken = new Set([
  'title',
  'alt',
  'placeholder',
  'label',
  'detail',
  'help',
  'error',
  'confirm',
  'value',
  'note',
]);

function textsIn(code: string): string[] {
  const found: string[] = [];
  walk(parseAst(code, { lang: 'tsx' }) as unknown as Node, found);
  return found.filter((text) => /\p{L}{2}/u.test(text));
}

function walk(node: Node, found: string[]): void {
  if (node.type === 'JSXText') found.push(String(node['value']).trim());
  if (node.type === 'JSXExpressionContainer') found.push(...literal(node['expression']));
  if (node.type === 'JSXAttribute') return walkAttribute(node, found);
  for (const child of Object.values(node).flat())
    if (typeof child === 'object' && child !== null && 'type' in child) walk(child as Node, found);
}

function walkAttribute(node: Node, found: string[]): void {
  const { name } = node['name'] as { name: string };
  const value = node['value'] as Node | null;
  if (spoken.has(name) || name === 'aria-label') found.push(...literal(value));
  if (value?.type === 'JSXExpressionContainer') {
    const expression = value['expression'] as Node;
    if (expression.type !== 'Literal') walk(expression, found);
  }
}

function literal(node: unknown): string[] {
  const { type, value } = (node ?? {}) as { type?: string; value?: unknown };
  return type === 'Literal' && typeof value === 'string' ? [value] : [];
}
