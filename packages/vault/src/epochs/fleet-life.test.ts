import { randomBytes } from '@strongroom/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { epochOf } from '../hsm/epoch.ts';
import { day, hour, minute } from '../testing/clock.ts';
import { ToyFleet } from './toy-fleet.fixture.ts';

let fleet: ToyFleet;
const ids = Array.from({ length: 10 }, () => randomBytes(32));
const states = async () =>
  Object.fromEntries((await fleet.state()).epochs.map(({ number, state }) => [number, state]));
const storedUnder = async () => new Set((await fleet.values()).map(({ value }) => epochOf(value)));
const held = () => fleet.nodes.map(({ hsm }) => [...hsm.keys.keys()].toSorted((a, b) => a - b));

beforeEach(async () => {
  fleet = await ToyFleet.of(3);
  for (const [i, id] of ids.entries()) await fleet.nodes[i % 3]!.write(id);
});

describe('a fleet', () => {
  it('begins with one epoch, which every node holds', async () => {
    expect(await states()).toEqual({ 1: 'current' });
    expect(held()).toEqual([[1], [1], [1]]);
    await fleet.check();
  });

  it('has a new epoch after 30 days, seals everything anew, and destroys the old key everywhere', async () => {
    await fleet.rounds(1, minute);
    fleet.clock.advance(30 * day);
    await fleet.rounds(3, minute);
    expect(await states()).toEqual({ 1: 'retiring', 2: 'current' });
    expect(held()).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    await fleet.nodes[0]!.write(ids[0]!);
    expect(await storedUnder()).toEqual(new Set([1, 2]));
    await fleet.rounds(2, hour);
    expect(await storedUnder()).toEqual(new Set([2]));
    await fleet.rounds(3, hour);
    expect(await states()).toEqual({ 1: 'destroyed', 2: 'current' });
    expect(held()).toEqual([[2], [2], [2]]);
    for (const node of fleet.nodes) await node.write(ids[1]!);
  });

  it('waits for a node that is away, and says so; when it is back it goes on', async () => {
    const away = fleet.nodes[2]!;
    await fleet.rounds(1, minute);
    away.stop();
    expect(await fleet.nodes[0]!.operator.newEpoch()).toBe(2);
    await fleet.rounds(10, hour);
    expect(await states()).toEqual({ 1: 'current', 2: 'making' });
    const status = await fleet.nodes[1]!.operator.status();
    expect(status!.epochs.at(-1)!.waitsFor).toEqual([away.id]);
    await away.start();
    await fleet.rounds(10, hour);
    expect(await states()).toEqual({ 1: 'destroyed', 2: 'current' });
  });

  it('goes on without a node that was removed, trusts it no more, and makes a new epoch', async () => {
    const gone = fleet.nodes[2]!;
    await fleet.rounds(1, minute);
    gone.stop();
    expect(await fleet.nodes[0]!.operator.removeNode(gone.id)).toBe(true);
    expect(await fleet.nodes[0]!.operator.removeNode(gone.id)).toBe(false);
    await fleet.rounds(10, hour);
    expect(await states()).toEqual({ 1: 'destroyed', 2: 'current' });
    for (const { hsm } of fleet.nodes.slice(0, 2))
      expect(await hsm.trusted()).not.toContainEqual(gone.transportKey);
    await expect(gone.start()).rejects.toMatchObject({ details: { problem: 'refused' } });
    expect([...gone.hsm.keys.keys()], 'a removed node destroys nothing').toEqual([1]);
  });
});
