import { strict as assert } from 'node:assert';
import { setImmediate as pause } from 'node:timers/promises';
import { create } from '@bufbuild/protobuf';
import { encode, isStrongroomError, randomBytes, toHex, type Bytes } from '@strongroom/core';
import { RecordSchema } from '@strongroom/wire/vault';
import { FLEET_KEYS_ID } from '../fleet-keys.ts';
import { epochOf } from '../hsm/epoch.ts';
import { isHsmError } from '../hsm/hsm-error.ts';
import { Sealer } from '../hsm/sealer.ts';
import { MemoryStore } from '../records/memory-store.ts';
import type { ListedValue, RecordStore, StoredValue } from '../records/record-store.ts';
import { TestClock } from '../testing/clock.ts';
import { EpochKeeper } from './epoch-keeper.ts';
import type { EpochPolicy } from './epoch-policy.ts';
import type { Fleet, NodeId } from './fleet.ts';
import { nodeIdOf } from './fleet-codec.ts';
import { FLEET_STATE_ID, FleetRecord } from './fleet-record.ts';
import { FleetOperator } from './fleet-operator.ts';
import { Reception } from './reception.ts';
import { startEpochs, type StartedEpochs } from './start-epochs.ts';
import { keyOf, ToyHsm } from './toy-hsm.fixture.ts';

/** A node lost its power in the middle of something. */
export class PowerCut extends Error {}

/** Counts what a node does, and cuts its power at a moment. */
class Power {
  #left = Number.POSITIVE_INFINITY;

  /** From now on so many operations succeed, and then none. */
  cutAfter(operations: number): void {
    this.#left = operations;
  }

  restore(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }

  readonly use = (): void => {
    if (this.#left-- <= 0) throw new PowerCut('power cut');
  };
}

class PoweredStore implements RecordStore {
  readonly #inner: RecordStore;
  readonly #power: Power;

  constructor(inner: RecordStore, power: Power) {
    this.#inner = inner;
    this.#power = power;
  }

  read(id: Bytes): Promise<StoredValue | undefined> {
    this.#power.use();
    return this.#inner.read(id);
  }

  list(after: Bytes | undefined, limit: number): Promise<readonly ListedValue[]> {
    this.#power.use();
    return this.#inner.list(after, limit);
  }

  async replace(id: Bytes, value: Bytes, revision: number | undefined): Promise<'committed' | 'conflict'> {
    this.#power.use();
    const outcome = await this.#inner.replace(id, value, revision);
    this.#power.use();
    return outcome;
  }

  async forgetOldValues(): Promise<void> {}
  async close(): Promise<void> {}
}

/** Knows at every moment with which keys its values are sealed. */
class WatchedStore extends MemoryStore {
  readonly #keys = new Map<string, string | undefined>();

  get keysInUse(): ReadonlySet<string | undefined> {
    return new Set(this.#keys.values());
  }

  override async replace(
    id: Bytes,
    value: Bytes,
    revision: number | undefined,
  ): Promise<'committed' | 'conflict'> {
    const outcome = await super.replace(id, value, revision);
    if (outcome === 'committed') this.#keys.set(toHex(id), keyOf(value));
    return outcome;
  }
}

/** A node: an HSM that stays, and a process that comes and goes. */
export class ToyNode {
  readonly hsm: ToyHsm;
  readonly power = new Power();
  readonly store: RecordStore;
  readonly #fleet: ToyFleet;
  transportKey: Bytes = new Uint8Array();
  id: NodeId = '';
  process: StartedEpochs | undefined;
  #reception = new Reception();

  constructor(fleet: ToyFleet) {
    this.#fleet = fleet;
    this.store = new PoweredStore(fleet.store, this.power);
    this.hsm = new ToyHsm((operation, epoch) => {
      this.power.use();
      if (operation === 'destroy') fleet.mayDestroy(this, epoch!);
    });
  }

  async prepare(): Promise<this> {
    this.transportKey = await this.hsm.transportKey();
    this.id = nodeIdOf(this.transportKey);
    return this;
  }

  get operator(): FleetOperator {
    const { store, hsm } = this;
    return new FleetOperator({ store, hsm, ...this.#fleet.common });
  }

  /** Starts the process, if it has all the keys it needs. */
  async start(): Promise<boolean> {
    if (this.process !== undefined) return true;
    const { store, hsm } = this;
    const { common, vaultId } = this.#fleet;
    try {
      await new EpochKeeper({ store, hsm, ...common, process: { reception: this.#reception } }).join();
      const epoch = epochOf((await store.read(FLEET_KEYS_ID))!.value);
      const { policy, now } = common;
      const parts = { store, hsm, now, keys: { vaultId, epoch }, reception: this.#reception };
      const started = startEpochs({ ...parts, epochs: { policy } });
      await started.keeper.refresh();
      this.process = started;
      return true;
    } catch (error) {
      if (isHsmError(error, 'unavailable')) return false;
      throw error;
    }
  }

  /** The process is gone, and all that it had in memory. */
  stop(): void {
    this.process = undefined;
    this.#reception = new Reception();
    this.power.restore();
  }

  async tend(): Promise<void> {
    await this.process?.keeper.tend();
  }

  /** Writes a record, as serving a request does. */
  async write(id: Bytes): Promise<void> {
    const { records } = this.process!;
    for (let i = 0; i < 16; i++) {
      const previous = await records.read(id);
      const begun = (previous.record?.begun ?? 0n) + 1n;
      const record = create(RecordSchema, { begun });
      if ((await records.replace(id, record, previous)) === 'committed') return;
    }
    throw new Error('nothing but conflicts');
  }
}

/** A fleet of toys over one store. */
export class ToyFleet {
  readonly store = new WatchedStore();
  readonly clock = new TestClock();
  readonly vaultId: Bytes = randomBytes(16);
  readonly nodes: ToyNode[] = [];
  readonly common: {
    readonly now: () => number;
    readonly policy: Partial<EpochPolicy>;
    readonly sleep: () => Promise<void>;
  };

  constructor(policy: Partial<EpochPolicy> = {}) {
    this.common = { now: this.clock.now, policy: { page: 3, ...policy }, sleep: async () => pause() };
  }

  /** A fleet with so many nodes that serve. */
  static async of(count: number, policy: Partial<EpochPolicy> = {}): Promise<ToyFleet> {
    const fleet = new ToyFleet(policy);
    await fleet.#found();
    while (fleet.nodes.length < count) await fleet.join(fleet.nodes[0]!);
    return fleet;
  }

  async #found(): Promise<void> {
    const node = await new ToyNode(this).prepare();
    await node.hsm.makeKey(1);
    // What is in them is of no importance here.
    const sealed = await new Sealer(node.hsm, 1).seal(encode('strongroom fleet keys'), randomBytes(32));
    await this.store.replace(FLEET_KEYS_ID, sealed, undefined);
    await new EpochKeeper({ store: this.store, hsm: node.hsm, ...this.common }).found('site 1', 1);
    this.nodes.push(node);
    await node.start();
  }

  /** A new node that all officers trust, entered and handed its keys at another one. */
  async join(at: ToyNode): Promise<ToyNode> {
    const node = await this.enter(at);
    await this.handOver(node, at);
    return node;
  }

  /** A new node that all officers trust, entered and not started yet. */
  async enter(at: ToyNode): Promise<ToyNode> {
    const node = await new ToyNode(this).prepare();
    for (const other of this.nodes) {
      await other.hsm.trust(node.transportKey);
      await node.hsm.trust(other.transportKey);
    }
    await at.operator.addNode(node.transportKey, `site ${this.nodes.length + 1}`);
    this.nodes.push(node);
    return node;
  }

  /** The ceremony: one node starts, the other one hands it what it lacks. */
  async handOver(node: ToyNode, at: ToyNode): Promise<void> {
    const { store, hsm } = at;
    let tries = 0;
    const sleep = async (): Promise<void> => {
      if (++tries > 20) throw new Error('the keys are not taken over');
      await pause();
      await node.start();
    };
    await new FleetOperator({ store, hsm, ...this.common, sleep }).handOver(node.id);
    await node.start();
  }

  async state(): Promise<Fleet> {
    return (await new FleetRecord(this.store).read())!.fleet;
  }

  /** All that is stored but the state of the fleet. */
  async values(): Promise<readonly ListedValue[]> {
    const values = await this.store.list(undefined, 1000);
    return values.filter(({ id }) => toHex(id) !== toHex(FLEET_STATE_ID));
  }

  /** All care that all nodes that run can take for a while. */
  async rounds(count: number, each: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.clock.advance(each);
      for (const node of this.nodes) await node.tend();
    }
  }

  /** Called in the moment before an HSM destroys a key. */
  mayDestroy(node: ToyNode, epoch: number): void {
    const key = node.hsm.keys.get(epoch);
    assert(!this.store.keysInUse.has(key ?? ''), `a value is sealed under the key of epoch ${epoch}`);
    for (const { process, hsm } of this.nodes)
      if (process !== undefined && hsm.keys.get(epoch) === key)
        assert.notEqual(process.keeper.sealsUnder, epoch);
  }

  /** What must hold at any time. */
  async check(): Promise<void> {
    const fleet = await this.state();
    const values = await this.values();
    const current = fleet.epochs.filter(({ state }) => state === 'current');
    assert.equal(current.length, 1);
    const serving = this.nodes.filter(({ id }) => current[0]!.heldBy.includes(id));
    assert.notEqual(serving.length, 0);
    const members = this.nodes.filter(({ id }) => fleet.nodes.some((node) => node.id === id));
    for (const { value } of values) {
      const opens = ({ hsm }: ToyNode): boolean => hsm.keys.get(epochOf(value)) === keyOf(value);
      assert(members.some(opens), 'somebody opens it');
      for (const node of serving) assert(node.process === undefined || opens(node), 'all that serve do');
    }
  }
}

/** Runs something that may be refused or cut short; answers whether it was done. */
export async function attempt(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (error instanceof PowerCut || isStrongroomError(error, 'wrong-usage')) return false;
    throw error;
  }
}
