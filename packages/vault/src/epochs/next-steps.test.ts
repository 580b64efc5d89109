import { randomBytes } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import { day, hour, minute } from '../testing/clock.ts';
import {
  newFleet,
  newNode,
  withCurrent,
  withHanded,
  withHolding,
  withKeyCheck,
  withNewEpoch,
  withNode,
  withoutNode,
  withReception,
  withSealing,
  withState,
} from './changes.ts';
import { afterDestroyed } from './destroying.ts';
import { defaultEpochPolicy } from './epoch-policy.ts';
import type { Epoch, Fleet, NodeId } from './fleet.ts';
import { nextSteps } from './next-steps.ts';
import { receptionName } from './reception.ts';
import { afterPages } from './resealing.ts';
import type { Facts, ServingFacts, Step } from './steps.ts';

const [a, b] = ['aa', 'bb'] as const;
const t0 = Date.UTC(2030, 0, 1);
const mine = randomBytes(1216);
const node = (id: NodeId) => newNode(id, randomBytes(40), `site ${id}`, t0);

const one = withSealing(newFleet(node(a), { number: 1, keyCheck: 'c1' }, t0), a, 1);
const two = withSealing(withHolding(withNode(one, node(b)), 1, b, true), b, 1);
const making = withNewEpoch(two, 2, a, t0);
const made = withHolding(withKeyCheck(making, 2, 'c2'), 2, a, true);
const everywhere = withHolding(made, 2, b, true);
const current = withCurrent(everywhere, 2, t0);
const stopped = withSealing(withSealing(current, a, 2), b, 2);
const empty = withState(stopped, 1, 'empty', t0);

interface Given {
  readonly me?: NodeId;
  readonly now?: number;
  readonly held?: Readonly<Record<number, string>>;
  readonly trusted?: readonly NodeId[];
  readonly serving?: Partial<ServingFacts> | 'not';
}

function facts({
  me = a,
  now = t0,
  held = { 1: 'c1', 2: 'c2' },
  trusted = [a, b],
  serving = {},
}: Given): Facts {
  const process: ServingFacts = {
    sealsUnder: 2,
    reception: { publicKey: mine, wasAnnounced: false },
    emptySince: new Map(),
    searched: new Map(),
    ...(serving === 'not' ? {} : serving),
  };
  return {
    me,
    now,
    policy: defaultEpochPolicy,
    held: new Map(Object.entries(held).map(([epoch, check]) => [Number(epoch), check])),
    trusted: new Set(trusted),
    serving: serving === 'not' ? undefined : process,
  };
}

const steps = (fleet: Fleet, given: Given) => nextSteps(fleet, facts(given));
const brief = (step: Step) => (step.do === 'say' ? `say ${step.what}` : step.do);
const briefly = (fleet: Fleet, given: Given = {}) => steps(fleet, given).map(brief);
const saying = (fleet: Fleet, what: string, given: Given): Fleet => {
  const step = steps(fleet, given).find((step) => brief(step) === `say ${what}`);
  if (step?.do !== 'say') throw new Error(`does not say ${what}`);
  return step.fleet;
};
const epoch = (fleet: Fleet, number: number): Epoch => fleet.epochs.find((epoch) => epoch.number === number)!;
const serving1 = { sealsUnder: 1 };

describe('a new epoch', () => {
  it('begins when the one in use is 30 days old, at a node that trusts all others', () => {
    const given = { held: { 1: 'c1' }, serving: serving1 };
    expect(briefly(two, { ...given, now: t0 + 30 * day - 1 })).toEqual([]);
    const old = { ...given, now: t0 + 30 * day };
    expect(briefly(two, old)).toEqual(['say new-epoch']);
    expect(epoch(saying(two, 'new-epoch', old), 2)).toMatchObject({
      state: 'making',
      maker: a,
      keyCheck: '',
    });
    expect(briefly(two, { ...old, trusted: [a] })).toEqual([]);
    expect(briefly(two, { ...old, serving: 'not' })).toEqual([]);
    expect(briefly(two, { ...old, held: {} })).not.toContain('say new-epoch');
  });

  it('has a number above all that the state and the HSM have seen', () => {
    const given = { held: { 1: 'c1', 7: 'c7' }, now: t0 + 30 * day, serving: serving1 };
    expect(saying(two, 'new-epoch', given).epochs.at(-1)!.number).toBe(8);
    expect(() => withNewEpoch(two, 1, a, t0)).toThrow(RangeError);
  });

  it('begins at once when a node was removed', () => {
    const left = withoutNode(two, b, t0 + day);
    expect(briefly(left, { held: { 1: 'c1' }, serving: serving1, now: t0 + day })).toContain('say new-epoch');
  });

  it('is made by its maker alone, which then says what it made', () => {
    const before = { held: { 1: 'c1' }, serving: serving1 };
    expect(briefly(making, before)).toEqual(['make-key']);
    expect(briefly(making, { ...before, me: b })).toEqual([]);
    const said = saying(making, 'made', { serving: serving1 });
    expect(epoch(said, 2)).toMatchObject({ keyCheck: 'c2', heldBy: [a] });
  });

  it('is not in use before every node has it, and then exactly one is', () => {
    expect(briefly(made, { serving: serving1 })).toEqual([]);
    const next = saying(everywhere, 'current', { serving: serving1, now: t0 + 1 });
    expect(next.epochs.map(({ state }) => state)).toEqual(['retiring', 'current']);
    expect(epoch(next, 2).since).toBe(t0 + 1);
  });

  it('is given up when its key is lost before anybody else has it, or its maker is removed', () => {
    const lost = withHolding(made, 2, a, false);
    expect(epoch(saying(lost, 'given-up', { held: { 1: 'c1' }, serving: serving1 }), 2).state).toBe('empty');
    expect(epoch(withoutNode(making, a, t0), 2).state).toBe('empty');
    expect(epoch(withoutNode(everywhere, a, t0), 2).state).toBe('making');
  });
});

describe('a node without a key', () => {
  const waiting = { me: b, held: { 1: 'c1' }, serving: serving1 };
  const announced = withReception(made, b, { publicKey: mine, proof: new Uint8Array(9), at: t0 });
  const handed = {
    from: a,
    to: b,
    reception: receptionName(mine),
    at: t0,
    enc: new Uint8Array(),
    ciphertext: new Uint8Array(),
  };

  it('announces a reception, once', () => {
    expect(briefly(made, waiting)).toEqual(['announce']);
    expect(briefly(announced, waiting)).toEqual([]);
  });

  it('announces it again when it can prove it, or when a process that was there before is gone', () => {
    const unproven = withReception(made, b, { publicKey: mine, proof: new Uint8Array(), at: t0 });
    expect(briefly(unproven, waiting)).toEqual(['announce']);
    const other = withReception(made, b, { publicKey: randomBytes(1216), proof: new Uint8Array(9), at: t0 });
    expect(briefly(other, waiting)).toEqual(['announce']);
    const again = { sealsUnder: 1, reception: { publicKey: mine, wasAnnounced: true } };
    expect(briefly(other, { ...waiting, serving: again })).toEqual([]);
    expect(briefly(other, { ...waiting, serving: again, now: t0 + 15 * minute })).toEqual(['announce']);
  });

  it('is handed it by one that has it and trusts it, and by another only if that is of no use', () => {
    expect(briefly(announced, { serving: serving1 })).toEqual(['hand-key']);
    expect(briefly(announced, { serving: serving1, trusted: [] })).toEqual([]);
    const third = withHolding(withNode(announced, node('cc')), 2, 'cc', true);
    const sent = withHanded(third, 2, handed);
    const other = { me: 'cc', serving: serving1 };
    expect(briefly(third, other)).toContain('hand-key');
    expect(briefly(sent, other)).not.toContain('hand-key');
    expect(briefly(sent, { ...other, now: t0 + 15 * minute })).toContain('hand-key');
    expect(briefly(sent, { serving: serving1, now: t0 + 15 * minute }), 'not twice').not.toContain(
      'hand-key',
    );
  });

  it('takes over what was sent to this process, and says that it has it', () => {
    const sent = withHanded(announced, 2, handed);
    expect(briefly(sent, waiting)).toEqual(['take-key']);
    const elsewhere = withHanded(announced, 2, { ...handed, reception: 'dd' });
    expect(briefly(elsewhere, waiting)).toEqual([]);
    const said = saying(sent, 'holds', { me: b, serving: serving1 });
    expect(epoch(said, 2)).toMatchObject({ heldBy: [a, b], handed: [] });
  });

  it('does not say that it holds a key when it is another one', () => {
    expect(briefly(made, { me: b, held: { 1: 'c1', 2: 'other' }, serving: serving1 })).toEqual(['announce']);
  });

  it('says so when its HSM has lost one', () => {
    const said = saying(two, 'does-not-hold', { held: {}, serving: serving1 });
    expect(epoch(said, 1).heldBy).toEqual([b]);
  });

  it('does nothing of all that when it was removed', () => {
    expect(briefly(withoutNode(announced, b, t0), waiting)).toEqual([]);
  });
});

describe('a retiring epoch', () => {
  const later = t0 + hour;

  it('is said to be left by each node that seals under the new one', () => {
    expect(briefly(current)).toEqual(['say seals-under']);
    expect(briefly(current, { serving: serving1 })).toEqual([]);
    expect(briefly(stopped)).toEqual([]);
  });

  it('is sealed anew after all have left it and an hour has passed', () => {
    expect(briefly(stopped, { now: later - 1 })).toEqual([]);
    expect(briefly(stopped, { now: later })).toEqual(['say lease']);
    expect(briefly(withSealing(current, a, 2), { now: later })).toEqual([]);
    expect(briefly(stopped, { now: later, serving: 'not' })).toEqual([]);
    expect(briefly(stopped, { now: later, held: { 2: 'c2' } })).not.toContain('say lease');
  });

  it('is sealed anew by one node, until it is silent for too long', () => {
    const leased = saying(stopped, 'lease', { now: later });
    expect(briefly(leased, { now: later })).toEqual(['reseal']);
    expect(briefly(leased, { now: later, me: b })).toEqual([]);
    const silent = { now: later + 10 * minute, me: b };
    expect(saying(leased, 'lease', silent).pass).toMatchObject({ node: b, retiring: [1], current: 2 });
  });

  it('is empty after a whole pass that found nothing, not after one that found something', () => {
    const leased = saying(stopped, 'lease', { now: later });
    const pass = { ...leased.pass!, after: randomBytes(32), seen: 9, found: 1, resealed: 1 };
    const again = afterPages(leased, pass, { facts: facts({ now: later }), isWhole: true });
    expect(epoch(again, 1).state).toBe('retiring');
    expect(again.pass).toMatchObject({ after: undefined, seen: 0, found: 0, resealed: 1 });
    const none = { ...pass, found: 0 };
    const half = afterPages(leased, none, { facts: facts({ now: later }), isWhole: false });
    expect([epoch(half, 1).state, half.pass!.after]).toEqual(['retiring', pass.after]);
    const whole = afterPages(leased, none, { facts: facts({ now: later }), isWhole: true });
    expect([epoch(whole, 1).state, whole.pass, whole.values]).toEqual(['empty', undefined, 9]);
  });

  it('begins a pass anew when another epoch retires meanwhile', () => {
    const leased = saying(stopped, 'lease', { now: later });
    const third = withNewEpoch(leased, 3, a, later);
    const held3 = withHolding(withHolding(withKeyCheck(third, 3, 'c3'), 3, a, true), 3, b, true);
    const next = withSealing(withSealing(withCurrent(held3, 3, later), a, 3), b, 3);
    const given = { held: { 1: 'c1', 2: 'c2', 3: 'c3' }, serving: { sealsUnder: 3 }, now: later + hour };
    expect(saying(next, 'lease', given).pass).toMatchObject({ retiring: [1, 2], current: 3, seen: 0 });
  });
});

describe('the key of an empty epoch', () => {
  const since = { emptySince: new Map([[1, t0]]) };
  const now = t0 + hour;

  it('is destroyed by a node that saw it empty for an hour and searched the store itself', () => {
    expect(briefly(empty, { now })).toEqual([]);
    expect(briefly(empty, { now: now - 1, serving: since })).toEqual([]);
    expect(briefly(empty, { now, serving: since })).toEqual(['search']);
    const searched = new Map([[1, 'clear' as const]]);
    expect(briefly(empty, { now, serving: { ...since, searched } })).toEqual(['destroy-key']);
  });

  it('is not destroyed by one that does not seal under the epoch in use, or lacks its key', () => {
    const searched = new Map([[1, 'clear' as const]]);
    const sure = { ...since, searched };
    expect(briefly(empty, { now, serving: { ...sure, sealsUnder: 1 } })).toEqual([]);
    expect(briefly(empty, { now, serving: sure, held: { 1: 'c1' } })).not.toContain('destroy-key');
    expect(briefly(empty, { now, serving: 'not' })).toEqual([]);
    expect(briefly(withoutNode(empty, a, now), { now, serving: sure })).toEqual([]);
  });

  it('is kept, and the epoch retires again, when something is found', () => {
    const searched = new Map([[1, 'found' as const]]);
    const said = saying(empty, 'found', { now, serving: { ...since, searched } });
    expect(epoch(said, 1)).toMatchObject({ state: 'retiring', since: now });
  });

  it('is gone when every node has said so, also when the last that had not was removed', () => {
    const half = afterDestroyed(empty, 1, facts({ now }));
    expect(epoch(half, 1)).toMatchObject({ state: 'empty', destroyedBy: [a], heldBy: [b] });
    expect(epoch(afterDestroyed(half, 1, facts({ me: b, now })), 1).state).toBe('destroyed');
    const left = withoutNode(half, b, now);
    expect(epoch(saying(left, 'destroyed', { now }), 1).state).toBe('destroyed');
  });
});

describe('a removed node', () => {
  it('is distrusted once by each node', () => {
    const left = withoutNode(two, b, t0 - 1);
    const given = { held: { 1: 'c1' }, serving: serving1 };
    expect(briefly(left, given)).toEqual(['distrust']);
    const done = { ...left, removed: left.removed.map((gone) => ({ ...gone, distrustedBy: [a] })) };
    expect(briefly(done, given)).toEqual([]);
  });

  it('lets the node that seals anew be another one', () => {
    const leased = saying(stopped, 'lease', { now: t0 + hour, me: b });
    expect(briefly(withoutNode(leased, b, t0 - 1), { now: t0 + hour })).toContain('say lease');
  });
});
