import { concat, randomBytes } from '@strongroom/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { epochOf } from '../hsm/epoch.ts';
import { MemoryStore } from '../records/memory-store.ts';
import { memoryHsm, minute } from '../testing/index.ts';
import { decodeFleet, encodeFleet } from './fleet-codec.ts';
import { FleetOperator } from './fleet-operator.ts';
import { FLEET_STATE_ID } from './fleet-record.ts';
import { ToyFleet, ToyNode } from './toy-fleet.fixture.ts';

let fleet: ToyFleet;
let first: ToyNode;
beforeEach(async () => {
  fleet = await ToyFleet.of(2);
  first = fleet.nodes[0]!;
  await fleet.rounds(1, minute);
});

const refusal = (text: string) =>
  expect.objectContaining({ code: 'wrong-usage', message: expect.stringContaining(text) });

describe('the operator of a fleet', () => {
  it('makes one once, over an empty store', async () => {
    const [store, hsm] = [new MemoryStore(), memoryHsm()];
    const operator = new FleetOperator({ store, hsm });
    expect(await operator.status()).toBeUndefined();
    await expect(operator.newEpoch()).rejects.toEqual(refusal('fleet init'));
    const made = await operator.init('a');
    expect(made).toMatchObject({ isNew: true, epoch: 1 });
    expect(made.vaultId.length).toBe(16);
    expect(await operator.init('a')).toMatchObject({ isNew: false, vaultId: made.vaultId, id: made.id });
    const status = (await operator.status())!;
    expect(status.nodes).toMatchObject([{ site: 'a', isThis: true, isTrusted: true, code: made.code }]);
    expect(status.epochs).toMatchObject([{ number: 1, state: 'current', waitsFor: [] }]);
  });

  it('calls a site by a name that can be read', async () => {
    const operator = new FleetOperator({ store: new MemoryStore(), hsm: memoryHsm() });
    for (const site of ['', 'a\nb', 'x'.repeat(65)])
      await expect(operator.init(site)).rejects.toEqual(refusal('printable'));
  });

  it('adds a node that the HSM trusts, once', async () => {
    const stranger = await new ToyNode(fleet).prepare();
    await expect(first.operator.addNode(stranger.transportKey, 'c')).rejects.toMatchObject({
      details: { problem: 'not-trusted' },
    });
    await first.hsm.trust(stranger.transportKey);
    expect(await first.operator.addNode(stranger.transportKey, 'c')).toMatchObject({ isNew: true });
    expect(await first.operator.addNode(stranger.transportKey, 'c')).toMatchObject({ isNew: false });
  });

  it('hands keys to a node that is in the fleet and trusted, and waits for it as long as it is wanted', async () => {
    await expect(first.operator.handOver('ff')).rejects.toEqual(refusal('not in the fleet'));
    const node = await fleet.enter(first);
    const waits: string[] = [];
    const aborted = first.operator.handOver(node.id, {
      signal: AbortSignal.timeout(20),
      every: 1,
      onWait: (what) => waits.push(what),
    });
    await expect(aborted).rejects.toMatchObject({ code: 'cancelled' });
    expect(waits).toEqual(['node-to-start']);
    await first.hsm.distrust(node.transportKey);
    await expect(first.operator.handOver(node.id)).rejects.toMatchObject({
      details: { problem: 'not-trusted' },
    });
  });

  it('begins an epoch only where it can be handed to all', async () => {
    await first.hsm.distrust(fleet.nodes[1]!.transportKey);
    await expect(first.operator.newEpoch()).rejects.toEqual(refusal('does not trust all'));
    expect(await fleet.nodes[1]!.operator.newEpoch()).toBe(2);
    await expect(fleet.nodes[1]!.operator.newEpoch()).rejects.toEqual(refusal('being made'));
  });

  it('does not remove the node itself, or the only one that has some key', async () => {
    await expect(first.operator.removeNode(first.id)).rejects.toEqual(refusal('cannot remove itself'));
    const { id } = fleet.nodes[1]!;
    first.hsm.keys.clear();
    await first.tend().catch(() => undefined);
    await expect(first.operator.removeNode(id)).rejects.toEqual(refusal('Only that node'));
  });

  it('gives a removed node its place again when it is trusted and added anew', async () => {
    const gone = fleet.nodes[1]!;
    gone.stop();
    await first.operator.removeNode(gone.id);
    fleet.nodes.pop();
    await fleet.rounds(3, minute);
    await first.hsm.trust(gone.transportKey);
    await fleet.rounds(1, minute);
    expect(await first.operator.addNode(gone.transportKey, 'again')).toMatchObject({ isNew: true });
    fleet.nodes.push(gone);
    await fleet.handOver(gone, first);
    expect(gone.process).toBeDefined();
    expect((await first.operator.status())!.removed).toEqual([]);
  });
});

describe('sealing anew', () => {
  it('keeps what a record says, and gives it the next sequence', async () => {
    const id = randomBytes(32);
    await first.write(id);
    await first.write(id);
    const before = await first.process!.records.read(id);
    await first.operator.newEpoch();
    await fleet.rounds(3, 61 * minute);
    const after = await fleet.nodes[1]!.process!.records.read(id);
    expect(epochOf((await fleet.store.read(id))!.value)).toBe(2);
    expect(after.record).toEqual(before.record);
    expect([before.sequence, after.sequence]).toEqual([2, 3]);
    expect((await first.process!.records.read(id)).sequence).toBe(3);
  });

  it('passes by what was written meanwhile', async () => {
    const id = randomBytes(32);
    await first.write(id);
    const [listed] = (await fleet.values()).filter((value) => value.id.every((byte, i) => byte === id[i]));
    await first.write(id);
    expect(await first.process!.records.reseal(listed!)).toBe('conflict');
    const stranger = fleet.nodes[1]!.process!.records;
    expect(await stranger.reseal(listed!)).toBe('conflict');
  });
});

describe('the state as it is stored', () => {
  it('is read back as it was written, and no two writes are the same', async () => {
    const node = await fleet.enter(first);
    await node.start();
    await first.operator.newEpoch();
    const { value } = (await fleet.store.read(FLEET_STATE_ID))!;
    const { fleet: state, version } = decodeFleet(value);
    expect(decodeFleet(encodeFleet(state, version))).toEqual({ fleet: state, version });
    expect(encodeFleet(state, version)).not.toEqual(encodeFleet(state, version));
    const passing = { ...state, pass: { ...passOf(node.id), after: randomBytes(32) } };
    expect(decodeFleet(encodeFleet(passing, 3)).fleet).toEqual(passing);
  });

  it('is refused with two epochs in use, none, out of order, or a node twice', async () => {
    const { fleet: state } = decodeFleet((await fleet.store.read(FLEET_STATE_ID))!.value);
    const [epoch, node] = [state.epochs[0]!, state.nodes[0]!];
    const wrong = [
      { ...state, epochs: [] },
      { ...state, nodes: [] },
      { ...state, epochs: [epoch, { ...epoch, number: 2 }] },
      { ...state, epochs: [{ ...epoch, state: 'retiring' as const }] },
      { ...state, epochs: [{ ...epoch, number: 2, state: 'empty' as const }, epoch] },
      { ...state, nodes: [node, node] },
    ];
    for (const fleet of wrong) expect(() => decodeFleet(encodeFleet(fleet, 1))).toThrow(RangeError);
    expect(() => decodeFleet(concat(randomBytes(3)))).toThrow(RangeError);
  });
});

function passOf(node: string) {
  return { node, until: 5, current: 2, retiring: [1], seen: 3, found: 2, resealed: 1 };
}
