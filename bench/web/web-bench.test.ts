import { describe, expect, test } from 'vitest';
import { openEmptyPage } from './empty-page.ts';
import { parseWebOptions, sceneNames } from './options.ts';
import { toMarkdown } from './report.ts';
import { sample } from './sample.ts';

describe('the arguments', () => {
  test('are all scenes, five rounds, 100,000 messages by default', () => {
    expect(parseWebOptions([])).toEqual({ only: sceneNames, rounds: 5, messages: 100_000, json: undefined });
  });

  test('choose', () => {
    const chosen = parseWebOptions(['--only', 'load,scroll', '--rounds', '2', '--messages', '7']);
    expect(chosen).toMatchObject({ only: ['load', 'scroll'], rounds: 2, messages: 7 });
  });

  test.each([['--rounds', '0'], ['--only', 'nothing'], ['--messages', '9999999'], ['--fast']])(
    '%s %s is wrong usage',
    (...args) => {
      expect(() => parseWebOptions(args)).toThrow(expect.objectContaining({ code: 'wrong-usage' }));
    },
  );
});

describe('the table', () => {
  const report = {
    date: '2026-01-02T00:00:00Z',
    machine: { cores: 2, cpu: 'a CPU', memoryBytes: 2 ** 30, system: 'Linux' },
    command: 'npm run bench:web',
    rounds: 3,
    versions: 'a browser',
  };

  test('has the median of each, its range, and whether it keeps its budget', () => {
    const samples = [10, 30, 20].map((value) => sample('cold', 'ms', value, 15));
    const text = toMarkdown({ ...report, samples: [...samples, sample('size', 'bytes', 1500, 1500)] });
    expect(text).toContain('| cold | 20 ms (10 ms–30 ms) | 15 ms | missed |');
    expect(text).toContain('| size | 1.5 kB | 1.5 kB | met |');
  });
});

test('the empty page has a button and a script of its own', async () => {
  const { url, close } = await openEmptyPage();
  expect(await (await fetch(url)).text()).toContain('<button');
  expect(await (await fetch(`${url}/page.js`)).text()).toContain('progressbar');
  await close();
});
