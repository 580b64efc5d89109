import { describe, expect, it } from 'vitest';
import { planClients, stepsOf } from './client-plan.ts';
import { episodesOf, faultKinds } from './nemesis-plan.ts';

const sites = ['a', 'b', 'c', 'd', 'e'];

function first<T>(count: number, from: Iterator<T, never>): readonly T[] {
  return Array.from({ length: count }, () => from.next().value);
}

describe('a schedule', () => {
  it('follows from its seed', () => {
    const [plan] = planClients(1);
    expect(first(200, episodesOf(7, sites))).toEqual(first(200, episodesOf(7, sites)));
    expect(first(200, stepsOf(7, plan!))).toEqual(first(200, stepsOf(7, plan!)));
  });

  it('is another one for another seed, and for another device', () => {
    const [one, other] = planClients(1);
    expect(first(20, episodesOf(7, sites))).not.toEqual(first(20, episodesOf(8, sites)));
    expect(first(20, stepsOf(7, one!))).not.toEqual(first(20, stepsOf(8, one!)));
    expect(first(20, stepsOf(7, one!))).not.toEqual(first(20, stepsOf(7, other!)));
  });

  it('brings every kind of fault before any comes again', () => {
    const kinds = first(faultKinds.length, episodesOf(3, sites)).map(({ faults }) => faults[0]!.fault);
    expect(kinds.toSorted()).toEqual(faultKinds.toSorted());
  });

  it('takes the disk of one member at most, and none while something else is wrong', () => {
    const lost = first(2000, episodesOf(5, sites)).flatMap(({ faults }) =>
      faults.filter(({ fault }) => fault === 'lose-disk').map((fault) => [fault, faults.length]),
    );
    expect(lost.length).toBeGreaterThan(100);
    for (const one of lost) expect(one).toEqual([{ fault: 'lose-disk', sites: [expect.any(String)] }, 1]);
  });

  it('has two devices on every account, and guessers and strangers on some', () => {
    const plans = planClients(6);
    for (let account = 0; account < 6; account++)
      expect(plans.filter((plan) => plan.account === account && plan.persona === 'person')).toHaveLength(2);
    expect(new Set(plans.map(({ persona }) => persona))).toEqual(new Set(['person', 'guesser', 'stranger']));
    expect(new Set(plans.map(({ name }) => name)).size).toBe(plans.length);
  });
});
