import { concat, equalBytes, i2osp, randomBytes, type Bytes } from '@strongroom/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { withHolding, withState } from './changes.ts';
import { FLEET_KEYS_ID } from '../fleet-keys.ts';
import { epochOf } from '../hsm/epoch.ts';
import type { StoredValue } from '../records/record-store.ts';
import { day, hour, minute } from '../testing/clock.ts';
import type { Fleet } from './fleet.ts';
import { FLEET_STATE_ID, FleetRecord } from './fleet-record.ts';
import { Reception, receptionName, sealToReception } from './reception.ts';
import { ToyFleet, type ToyNode } from './toy-fleet.fixture.ts';

// Whoever can write to the store can stop the fleet. Nobody who can only do that makes it lose what is in the store.

let fleet: ToyFleet;
let nodes: readonly ToyNode[];
const ids = Array.from({ length: 10 }, () => randomBytes(32));

beforeEach(async () => {
  fleet = await ToyFleet.of(2);
  nodes = fleet.nodes;
  for (const [i, id] of ids.entries()) await nodes[i % 2]!.write(id);
  await fleet.rounds(1, minute);
});

const held = () => nodes.map(({ hsm }) => [...hsm.keys.keys()].toSorted((a, b) => a - b));
const stateOf = async (number: number) =>
  (await fleet.state()).epochs.find((epoch) => epoch.number === number)!.state;
const stored = async (id: Bytes): Promise<StoredValue> => (await fleet.store.read(id))!;

async function put(id: Bytes, value: Bytes): Promise<void> {
  await fleet.store.replace(id, value, (await fleet.store.read(id))?.revision);
}

/** Writes another state, as somebody with access to the store can. */
async function forge(change: (fleet: Fleet) => Fleet): Promise<void> {
  const record = new FleetRecord(fleet.store);
  const read = (await record.read())!;
  await record.replace(change(read.fleet), read);
}

async function newEpoch(): Promise<void> {
  await nodes[0]!.operator.newEpoch();
  await fleet.rounds(3, minute);
}

describe('a store that lies', () => {
  it('that says an epoch is empty gets no key destroyed under which something is sealed', async () => {
    await newEpoch();
    await forge((state) => withState(state, 1, 'empty', 0));
    await fleet.rounds(2, 10 * minute);
    expect(held(), 'not at once').toEqual([
      [1, 2],
      [1, 2],
    ]);
    await fleet.rounds(1, hour);
    expect(held(), 'each node has looked itself, and first sealed anew what it found').toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(new Set((await fleet.values()).map(({ value }) => epochOf(value)))).toEqual(new Set([2]));
    await fleet.rounds(6, hour);
    expect(await stateOf(1)).toBe('destroyed');
    await fleet.check();
    for (const id of ids) await nodes[1]!.write(id);
  });

  it('that says the epoch in use is empty gets no key destroyed', async () => {
    await nodes[0]!.operator.newEpoch();
    await forge((state) => withState(withState(state, 1, 'empty', 0), 2, 'current', 0));
    await fleet.rounds(8, hour).catch(() => undefined);
    expect(held()[0]).toContain(1);
    expect(held()[1]).toContain(1);
  });

  it('that hides values gets no key destroyed', async () => {
    await newEpoch();
    await fleet.rounds(1, hour);
    expect(await stateOf(1)).toBe('empty');
    const list = fleet.store.list.bind(fleet.store);
    fleet.store.list = async (after, limit) => (await list(after, limit)).slice(0, 2);
    await expect(fleet.rounds(3, hour)).rejects.toThrow('where there were');
    expect(held()).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('that brings back values under an empty epoch keeps its key from being destroyed', async () => {
    const old = await stored(ids[3]!);
    await newEpoch();
    await fleet.rounds(1, hour);
    expect(await stateOf(1)).toBe('empty');
    await put(randomBytes(32), old.value);
    await put(ids[3]!, old.value);
    await fleet.rounds(1, hour);
    expect(held()[0]).toEqual([1, 2]);
    expect(await stateOf(1), 'the stranger does not open').toBe('retiring');
  });

  it('with values that do not open keeps their key, and it is said which they are', async () => {
    const garbage = Uint8Array.of(0xaa, ...randomBytes(31));
    await put(garbage, concat(i2osp(1, 4), randomBytes(100)));
    await newEpoch();
    await fleet.rounds(6, hour);
    expect(await stateOf(1)).toBe('retiring');
    const { problems } = (await nodes[0]!.process!.keeper.progress())!;
    const others = (await nodes[1]!.process!.keeper.progress())!.problems;
    expect([...problems, ...others]).toContainEqual(
      expect.objectContaining({ problem: 'unopenable-values', why: expect.stringContaining('aa') }),
    );
    const sound = (await fleet.values()).filter(({ id }) => !equalBytes(id, garbage));
    for (const { value } of sound) expect(epochOf(value)).toBe(2);
  });

  it('that shows an older state, or none, is not served', async () => {
    const before = await stored(FLEET_STATE_ID);
    await newEpoch();
    await put(FLEET_STATE_ID, before.value);
    await expect(nodes[0]!.tend()).rejects.toMatchObject({ code: 'wrong-usage' });
    await expect(nodes[0]!.process!.keeper.refresh()).rejects.toThrow('older state');
    // A new process knows it by its HSM.
    nodes[1]!.stop();
    await expect(nodes[1]!.start()).rejects.toThrow('knows nothing of');
    expect(held()).toEqual([
      [1, 2],
      [1, 2],
    ]);
    fleet.store.read = async () => undefined;
    await expect(nodes[0]!.tend()).rejects.toThrow('gone');
  });

  it('that names another current epoch has nothing sealed under an older one, or one that is not there', async () => {
    await newEpoch();
    await nodes[0]!.write(ids[0]!);
    await forge((state) => withState(withState(state, 2, 'retiring', 0), 1, 'current', 0));
    fleet.clock.advance(minute);
    await expect(nodes[0]!.write(ids[0]!)).rejects.toThrow('older epoch');
    await forge((state) => withState(withState(state, 1, 'retiring', 0), 2, 'current', 0));
    await nodes[0]!.write(ids[0]!);
    await forge(({ epochs, ...state }) => {
      const two = epochs[1]!;
      return { ...state, epochs: [epochs[0]!, { ...two, state: 'retiring' }, { ...two, number: 9 }] };
    });
    fleet.clock.advance(minute);
    await expect(nodes[0]!.write(ids[0]!)).rejects.toMatchObject({ details: { problem: 'no-such-epoch' } });
    expect(epochOf((await stored(ids[0]!)).value)).toBe(2);
  });

  it('that announces a reception of its own gets nothing sent to it', async () => {
    const away = nodes[1]!;
    away.stop();
    await nodes[0]!.operator.newEpoch();
    const thief = new Reception();
    for (const proof of [new Uint8Array(), randomBytes(60), concat(i2osp(1, 4), randomBytes(60))]) {
      await forge((state) => ({
        ...state,
        nodes: state.nodes.map((node) =>
          node.id === away.id
            ? { ...node, reception: { publicKey: thief.publicKey, proof, at: fleet.clock.now() } }
            : node,
        ),
      }));
      await fleet.rounds(2, minute);
      expect((await fleet.state()).epochs.at(-1)!.handed).toEqual([]);
      const { problems } = (await nodes[0]!.process!.keeper.progress())!;
      expect(problems).toContainEqual(expect.objectContaining({ problem: 'reception-not-proven' }));
    }
    // The node itself sets it right.
    await away.start();
    await fleet.rounds(3, minute);
    expect(held()).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('that hands over keys of its own has none taken over', async () => {
    const [one, other] = [nodes[0]!, nodes[1]!];
    other.stop();
    await one.operator.newEpoch();
    await other.start();
    const reception = (await fleet.state()).nodes.find(({ id }) => id === other.id)!.reception!;
    const handing = { from: one.id, to: other.id, epoch: 2 };
    const fake = JSON.stringify({ from: 'aa', to: '', epoch: 2, key: 'of a thief' });
    const sealed = sealToReception(reception.publicKey, handing, Buffer.from(fake));
    const handed = {
      from: one.id,
      to: other.id,
      reception: receptionName(reception.publicKey),
      at: 0,
      ...sealed,
    };
    await forge((state) => ({
      ...state,
      epochs: state.epochs.map((epoch) => (epoch.number === 2 ? { ...epoch, handed: [handed] } : epoch)),
    }));
    await other.tend();
    expect([...other.hsm.keys.keys()]).toEqual([1]);
  });

  it('that says this node holds what it does not hold, or the other way round, is set right', async () => {
    await forge((state) => withHolding(state, 1, nodes[0]!.id, false));
    await nodes[0]!.tend();
    expect((await fleet.state()).epochs[0]!.heldBy).toContain(nodes[0]!.id);
  });

  it('with anything at all for a state is refused, and nothing is destroyed', async () => {
    const { value } = await stored(FLEET_STATE_ID);
    for (const forged of [
      new Uint8Array(),
      randomBytes(100),
      value.slice(0, 100),
      new Uint8Array(2_000_000),
    ]) {
      await put(FLEET_STATE_ID, forged);
      await expect(nodes[0]!.tend()).rejects.toMatchObject({ code: 'wrong-usage' });
    }
    expect(held()).toEqual([[1], [1]]);
  });

  it('from which the keys of the vault are gone still gets nothing destroyed', async () => {
    await newEpoch();
    await fleet.rounds(1, hour);
    expect(epochOf((await stored(FLEET_KEYS_ID)).value)).toBeLessThanOrEqual(2);
    fleet.clock.advance(day);
    fleet.store.list = async () => [];
    await expect(fleet.rounds(3, hour)).rejects.toThrow('where there were');
    expect(held()[0]).toContain(1);
  });
});
