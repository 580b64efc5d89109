import { describe, expect, it } from 'vitest';
import { campaignSize } from '../tools/campaign.ts';
import { bugs } from './bugs/bugs.ts';
import { runMain } from './run-campaign.fixture.ts';

// Schedules under which each is soon caught.
const seeds: Readonly<Record<string, string>> = { 'retry-counted-guess': '1', 'resurrect-erased': '1' };

// What the checker is to say of each bug, one of it at least: which comes first is a matter of luck.
const rules: Readonly<Record<string, readonly string[]>> = {
  'count-after-evaluating': ['no reply before its write'],
  'retry-counted-guess': ['a guess is evaluated once'],
  'reply-before-commit': ['no reply before its write'],
  'resurrect-erased': [
    'every version is written once',
    'reads are not stale',
    'nothing erased returns',
    'no acknowledged registration is lost',
    // An old copy counts fewer guesses.
    'descriptions count every evaluation',
  ],
  'blind-writes': [
    'every version is written once',
    'reads are not stale',
    'descriptions count every evaluation',
  ],
};
const minutes = campaignSize({ short: 0.4, long: 60 });
// Of every kind of person one at least: they ask as fast as they are answered, which keeps a machine busy.
const accounts = campaignSize({ short: 3, long: 6 });
const patience = (minutes + 4) * 60_000;

describe('a fleet of five sites', () => {
  it('keeps its promises while everything fails', { timeout: patience }, async () => {
    const seed = campaignSize({ short: 7, long: Math.floor(Date.now() / 1000) });
    const size = ['--minutes', `${minutes}`, '--accounts', `${accounts}`];
    const { exitCode, output, history } = await runMain('--seed', `${seed}`, ...size);
    expect(output).toMatch(/violations +0\n$/);
    expect(exitCode).toBe(0);
    // One that did nothing would break nothing.
    expect(history.filter((event) => event.e === 'struck').length).toBeGreaterThan(0);
    expect(
      history.filter((event) => event.e === 'released' && event.ke2 !== undefined).length,
    ).toBeGreaterThan(0);
    expect(
      history.filter((event) => event.e === 'concluded' && event.got === 'opens').length,
    ).toBeGreaterThan(0);
  });
});

describe('a bug that is put in on purpose is caught:', () => {
  it.for(Object.keys(bugs))('%s', { timeout: 240_000 }, async (bug) => {
    const seed = seeds[bug] ?? '3';
    const args = ['--seed', seed, '--minutes', '2', '--sites', '3', '--accounts', '2'];
    const { exitCode, output } = await runMain(...args, '--bug', bug, '--until-violation');
    const broken = rules[bug]!.map((rule) => `Broken: ${rule}`);
    expect(output).toMatch(new RegExp(broken.join('|')));
    expect(output).toContain(`The same schedule again: --seed ${seed}\n`);
    expect(exitCode).toBe(1);
  });
});
