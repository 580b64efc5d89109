import { describe, expect, it } from 'vitest';
import { check } from './check.ts';
import { Story, type Told } from './told.fixture.ts';

const brokenIn = (story: Story): readonly string[] => [
  ...new Set(check(story.events).map(({ rule }) => rule)),
];

/** Somebody registers `g1`. */
const registered = (): Story =>
  new Story().does('propose', { generation: 'g1' }).does('commit', { generation: 'g1' });

const guess = (i: number | string, told: Told = {}): Told => ({
  ke1: `ke1 ${i}`,
  ke2: `ke2 ${i}`,
  generation: 'g1',
  ...told,
});

const guesses = (story: Story, count: number, from = 0): Story =>
  story.times(count, (i) => story.waits(5000).does('begin', guess(from + i)));

/** Somebody replaces `g1` by `g2`. */
const replaced = (): Story =>
  registered().does('propose', { generation: 'g2' }).does('commit', { generation: 'g2' });

describe('a history in which nothing is broken', () => {
  it('may hold registrations, guesses up to the limit, openings and replacements', () => {
    const story = guesses(registered(), 6);
    story.does('finish', { ke2: 'ke2 5', generation: 'g1' });
    story.looks('describe', { described: { live: 'g1', failures: 0, guessesLeft: 6 } });
    story.does('propose', { generation: 'g2' }).does('commit', { generation: 'g2' }).does('erase');
    story.looks('describe', { described: { failures: 0, guessesLeft: 6 } });
    expect(brokenIn(story)).toEqual([]);
  });

  it('may hold writes of which nobody knows what became of them', () => {
    const story = registered().asks('begin', guess(1)).writes('begin', { phase: 'unknown' });
    story.looks('begin', guess(1, { site: 'b' }));
    story.asks('heal').writes('heal', { phase: 'killed' });
    guesses(story, 6, 10);
    expect(brokenIn(story)).toEqual([]);
  });

  it('may hold a guess that is counted again after another one, and whose answer is repeated', () => {
    const story = registered();
    // Its answer never leaves the node, and another guess comes in between.
    story.asks('begin', guess('first')).writes('begin').does('begin', guess('second'));
    story.asks('begin', guess('first')).writes('begin', { site: 'a' });
    story.looks('begin', guess('first', { site: 'b' }));
    story.does('finish', { ke2: 'ke2 first', generation: 'g1' });
    story.looks('describe', { described: { live: 'g1', failures: 0, guessesLeft: 6 } });
    expect(brokenIn(story)).toEqual([]);
  });

  it('may hold a write that took no effect, and another one in its place', () => {
    const story = registered().asks('begin', guess(1)).writes('begin', { phase: 'conflict' });
    story.version -= 1;
    expect(brokenIn(story.does('begin', guess(2)))).toEqual([]);
  });

  it('says which rules hold', () => {
    expect(() => check([])).toThrow(RangeError);
  });
});

describe('no more evaluations than the guess limit:', () => {
  it('the seventh of six is one too many', () => {
    expect(brokenIn(guesses(registered(), 7))).toEqual(['no more evaluations than the guess limit']);
  });

  it('counts those of which no write is known', () => {
    const story = guesses(registered(), 5);
    story.times(2, (i) => story.looks('begin', guess(`stray ${i}`)));
    expect(brokenIn(story)).toContain('no more evaluations than the guess limit');
  });

  it('an opening forgives what came before the guess that was right, and nothing after it', () => {
    const story = guesses(registered(), 4).does('finish', { ke2: 'ke2 1', generation: 'g1' });
    expect(brokenIn(guesses(story, 4, 10))).toEqual([]);
    expect(brokenIn(guesses(story, 1, 20))).toEqual(['no more evaluations than the guess limit']);
  });

  it('a new registration brings further guesses, an Erase does not', () => {
    const erased = guesses(registered(), 6).does('erase').waits(5000);
    expect(brokenIn(erased.does('begin', guess(20, { generation: 'g2' })))).toEqual([
      'no more evaluations than the guess limit',
    ]);
    const again = guesses(registered(), 6).does('propose', { generation: 'g2' });
    again.does('commit', { generation: 'g2' });
    expect(brokenIn(again.does('begin', guess(20, { generation: 'g2' })))).toEqual([]);
  });

  it('the sum of failures has a limit of its own, which openings do not lift', () => {
    const story = registered();
    for (let round = 0; round < 2; round++)
      guesses(story, 4, round * 10).does('finish', { ke2: `ke2 ${round * 10 + 3}`, generation: 'g1' });
    expect(brokenIn(guesses(story, 3, 40))).toEqual([]);
    guesses(story, 1, 50);
    expect(brokenIn(story)).toEqual(['no more failures than the failure limit']);
  });
});

describe('a guess is evaluated once:', () => {
  it('the same KE1 has one answer', () => {
    const story = registered().does('begin', guess(1)).looks('begin', guess(1));
    expect(brokenIn(story)).toEqual([]);
    expect(brokenIn(story.does('begin', guess(1, { ke2: 'another' })))).toEqual([
      'a guess is evaluated once',
    ]);
  });

  it('unless another guess was remembered in its place', () => {
    const story = registered().does('begin', guess(1)).does('begin', guess(2));
    expect(brokenIn(story.does('begin', guess(1, { ke2: 'another' })))).toEqual([]);
  });
});

describe('no reply before its write:', () => {
  it.for(['propose', 'commit', 'heal', 'erase'] as const)('%s', (kind) => {
    const story = registered().looks(kind, { generation: 'g1' });
    expect(brokenIn(story)).toContain('no reply before its write');
  });

  it('a guess that nobody counted', () => {
    expect(brokenIn(registered().looks('begin', guess(1)))).toContain('no reply before its write');
  });

  it('one that is counted afterwards', () => {
    const story = registered().looks('begin', guess(1)).writes('begin');
    expect(brokenIn(story)).toContain('no reply before its write');
  });

  it('but a repetition needs none', () => {
    const counted = registered().does('begin', guess(1)).looks('begin', guess(1));
    expect(brokenIn(counted)).toEqual([]);
  });
});

describe('every version is written once:', () => {
  it('two writes of one version mean that one is lost', () => {
    const story = registered().does('heal');
    story.version -= 1;
    expect(brokenIn(story.does('heal'))).toContain('every version is written once');
  });

  it('a version that nobody wrote is one that somebody wrote unseen', () => {
    const story = registered();
    story.version += 1;
    expect(brokenIn(story.does('heal'))).toEqual(['every version is written once']);
  });
});

describe('reads are not stale:', () => {
  it('what was committed before is seen', () => {
    const described = { live: 'g1', failures: 0, guessesLeft: 6 };
    const story = registered().does('heal').looks('describe', { described, read: 2 });
    expect(brokenIn(story)).toEqual(['reads are not stale']);
  });
});

describe('waits are kept:', () => {
  it('the sixth guess comes a second after the fifth, by the clocks of those who counted them', () => {
    const story = guesses(registered(), 5).does('begin', guess(20));
    expect(brokenIn(story)).toEqual(['waits are kept']);
  });

  it('a clock that jumps ends a wait: that is what a clock says', () => {
    const story = guesses(registered(), 5).does('begin', guess(20, { clock: 1_000_000 }));
    expect(brokenIn(story)).toEqual([]);
  });

  it('where another guess may lie in between, nothing is known', () => {
    const story = guesses(registered(), 5).asks('begin', guess(19)).writes('begin', { phase: 'unknown' });
    expect(brokenIn(story.does('begin', guess(20)))).toEqual([]);
  });
});

describe('descriptions count every evaluation:', () => {
  it.for([
    { live: 'g1', failures: 2, guessesLeft: 3 },
    { live: 'g1', failures: 3, guessesLeft: 4 },
  ])('three guesses are not %j', (described) => {
    const story = guesses(registered(), 3).looks('describe', { described });
    expect(brokenIn(story)).toEqual(['descriptions count every evaluation']);
  });
});

describe('nothing erased returns:', () => {
  it('what was replaced is not live', () => {
    const described = { live: 'g1', failures: 0, guessesLeft: 6 };
    expect(brokenIn(replaced().looks('describe', { described }))).toContain('nothing erased returns');
  });

  it('what was replaced is not evaluated', () => {
    expect(brokenIn(replaced().does('begin', guess(1)))).toEqual(['nothing erased returns']);
  });

  it('what was erased is no candidate', () => {
    const described = { candidate: 'g1', failures: 0, guessesLeft: 6 };
    const story = registered().does('erase').looks('describe', { described });
    expect(brokenIn(story)).toEqual(['nothing erased returns']);
  });

  it('what the last guess erased is not evaluated, though the owner forgives', () => {
    const story = registered()
      .does('begin', guess(1, { left: 0 }))
      .does('heal')
      .does('begin', guess(2));
    expect(brokenIn(story)).toEqual(['nothing erased returns']);
  });
});

describe('no acknowledged registration is lost:', () => {
  const seen = { failures: 0, guessesLeft: 6 };

  it('after a Commit something is live', () => {
    const story = registered().looks('describe', { described: seen });
    expect(brokenIn(story)).toEqual(['no acknowledged registration is lost']);
  });

  it('one that was asked for and not acknowledged may be there', () => {
    const story = registered().does('propose', { generation: 'g2' });
    story.asks('commit', { generation: 'g2' }).writes('commit', { phase: 'unknown' });
    for (const live of ['g1', 'g2']) {
      const one = new Story();
      one.events.splice(0, 1, ...story.events);
      one.version = story.version;
      one.waits(100_000).looks('describe', { described: { ...seen, live } });
      expect(brokenIn(one)).not.toContain('no acknowledged registration is lost');
    }
  });
});

describe('passwords open what they should:', () => {
  it.for([
    ['opens', 'does not open'],
    ['opens', 'opens with another key'],
    ['does not open', 'opens'],
    ['does not open', 'misbehaved'],
  ] as const)('what %s must not come to "%s"', ([expected, got]) => {
    const story = registered();
    const what = { account: 'account', device: 'device', generation: 'g1', expected, got };
    story.events.push({ e: 'concluded', at: 1000, ...what });
    expect(brokenIn(story)).toEqual(['passwords open what they should']);
  });
});
