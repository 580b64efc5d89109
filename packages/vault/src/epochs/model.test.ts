import { strict as assert } from 'node:assert';
import { randomBytes } from '@strongroom/core';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { epochOf } from '../hsm/epoch.ts';
import { day, hour, minute } from '../testing/clock.ts';
import { attempt, ToyFleet, type ToyNode } from './toy-fleet.fixture.ts';

// Nodes of a fleet live through anything: power cuts between any two things they do, races for the state, absences,
// nodes that come and go. At every moment everything opens; at the end every node has the living keys and no other.

const ids = Array.from({ length: 7 }, () => randomBytes(32));
const mostNodes = 4;

type Command =
  | { readonly do: 'tend'; readonly node: number; readonly cutAfter: number }
  | { readonly do: 'tend-all' }
  | { readonly do: 'write'; readonly node: number; readonly record: number; readonly cutAfter: number }
  | { readonly do: 'advance'; readonly by: number }
  | { readonly do: 'stop' | 'start' | 'new-epoch' | 'add' | 'remove'; readonly node: number };

const node = fc.nat(mostNodes - 1);
// Mostly not at all.
const cutAfter = fc.oneof(fc.constant(1e9), fc.nat(60));
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('tend' as const), node, cutAfter }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('tend-all' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      node,
      record: fc.nat(ids.length - 1),
      cutAfter,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      by: fc.constantFrom(minute, 30 * minute, hour, hour, 5 * hour, 31 * day),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('stop', 'start', 'start', 'new-epoch'), node }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('add', 'remove'), node }) },
);

class Life {
  readonly #fleet: ToyFleet;

  constructor(fleet: ToyFleet) {
    this.#fleet = fleet;
  }

  async take(command: Command): Promise<void> {
    if (command.do === 'advance') return this.#fleet.clock.advance(command.by);
    if (command.do === 'tend-all') return this.#tendAll();
    const node = this.#fleet.nodes[command.node % this.#fleet.nodes.length]!;
    switch (command.do) {
      case 'tend':
        return this.#cut(node, command.cutAfter, () => node.tend());
      case 'write':
        if (node.process === undefined) return;
        return this.#cut(node, command.cutAfter, () => node.write(ids[command.record]!));
      case 'stop':
        return node.stop();
      case 'start':
        return void (await node.start());
      case 'new-epoch':
        return void (await attempt(() => node.operator.newEpoch()));
      case 'add':
        return this.#add(node);
      case 'remove':
        return this.#remove(node);
    }
  }

  /** Everything works again, and time goes by. */
  async end(): Promise<void> {
    const fleet = this.#fleet;
    for (const node of fleet.nodes) await this.#bringBack(node);
    for (let i = 0; i < 60 && !(await this.#isSettled()); i++) await fleet.rounds(1, 20 * minute);
    const { epochs } = await fleet.state();
    const living = epochs.filter(({ state }) => state !== 'destroyed').map(({ number }) => number);
    assert.equal(living.length, 1);
    for (const { hsm } of fleet.nodes) assert.deepEqual([...hsm.keys.keys()], living);
    for (const { value } of await fleet.values()) assert.equal(epochOf(value), living[0]);
    for (const [i, id] of ids.entries()) await fleet.nodes[i % fleet.nodes.length]!.write(id);
  }

  async #bringBack(node: ToyNode): Promise<void> {
    node.stop();
    if (await node.start()) return;
    // It has lost nothing that the others still wait for it to have, or it never had any key.
    const at = this.#fleet.nodes.find(({ process }) => process !== undefined);
    await this.#fleet.handOver(node, at!);
    assert(node.process !== undefined);
  }

  async #isSettled(): Promise<boolean> {
    const { epochs } = await this.#fleet.state();
    return epochs.every(({ state }) => state === 'current' || state === 'destroyed');
  }

  async #tendAll(): Promise<void> {
    await Promise.all(this.#fleet.nodes.map((node) => node.tend()));
  }

  async #cut(node: ToyNode, after: number, run: () => Promise<void>): Promise<void> {
    node.power.cutAfter(after);
    const isDone = await attempt(run);
    node.power.restore();
    if (!isDone) node.stop();
  }

  async #add(at: ToyNode): Promise<void> {
    if (this.#fleet.nodes.length < mostNodes) await this.#fleet.enter(at);
  }

  async #remove(node: ToyNode): Promise<void> {
    const { nodes } = this.#fleet;
    const at = nodes.find((other) => other !== node);
    if (at === undefined || !(await attempt(() => at.operator.removeNode(node.id)))) return;
    node.stop();
    nodes.splice(nodes.indexOf(node), 1);
  }
}

it('keeps every value readable and ends with the living keys alone, whatever happens', async () => {
  const all = fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(command, { minLength: 5, maxLength: 80, size: 'max' }),
      async (nodes, commands) => {
        const fleet = await ToyFleet.of(nodes);
        const life = new Life(fleet);
        for (const [i, id] of ids.entries()) await fleet.nodes[i % nodes]!.write(id);
        for (const command of commands) {
          await life.take(command);
          await fleet.check();
        }
        await life.end();
      },
    ),
    { numRuns: 25 },
  );
  await expect(all).resolves.toBeUndefined();
}, 120_000);
