import { setTimeout as pause } from 'node:timers/promises';
import { create } from '@bufbuild/protobuf';
import { equalBytes, StrongroomError, type Bytes } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { DirectoryVaultSchema, type DirectoryVault } from '@strongroom/wire/vault';
import { openFleetKeys } from '../fleet-keys.ts';
import { notTrusted } from '../hsm/hsm-error.ts';
import { shortCode } from '../hsm/short-code.ts';
import { newNode, withNode, withoutNode } from './changes.ts';
import { EpochKeeper, type EpochKeeperOptions } from './epoch-keeper.ts';
import { findNode, livingEpochs, missingEpochs, newestEpoch, type Fleet, type NodeId } from './fleet.ts';
import { nodeIdOf } from './fleet-codec.ts';
import { holds } from './handing.ts';
import { hindrance, withNewEpochBy, type Hindrance } from './making.ts';
import type { FleetProgress } from './progress.ts';

/** A node as it was entered. */
export interface EnteredNode {
  readonly id: NodeId;
  /** What operators compare: the short code of its transport key. */
  readonly code: string;
  /** `false`: it had been entered before. */
  readonly isNew: boolean;
}

/** How a handing-over is waited for. */
export interface HandOverOptions {
  readonly signal?: AbortSignal;
  /** Between two looks, milliseconds; a second. */
  readonly every?: number;
  /** Told what is waited for. */
  readonly onWait?: (what: 'node-to-start' | 'node-to-take-over') => void;
}

const maxSite = 64;
const mostNodes = 32;
const reasons: { readonly [H in Hindrance]: string } = {
  'one-is-being-made':
    'A new epoch is being made. It comes into use when every node has its key: see `strongroom fleet status`.',
  'too-many':
    'Too many epochs are waiting to retire, because a node is away. Bring it back, or remove it: see `strongroom fleet status`.',
  'not-trusted':
    'The HSM of this node does not trust all others, and could not hand them the key. See `strongroom fleet status`.',
  'no-key': 'This node lacks the key of the epoch in use. Let it take that over first.',
};

/**
 * What an operator does with a fleet, at one of its nodes: over that node's store and HSM, whether or not its process
 * runs. Neither seals records nor destroys keys.
 */
export class FleetOperator {
  readonly #options: EpochKeeperOptions;
  readonly #keeper: EpochKeeper;

  constructor(options: Omit<EpochKeeperOptions, 'process'>) {
    this.#options = options;
    this.#keeper = new EpochKeeper(options);
  }

  /** The transport key of this node's HSM, and its short code: what the operators of other nodes compare. */
  async thisNode(): Promise<{ readonly id: NodeId; readonly transportKey: Bytes; readonly code: string }> {
    const transportKey = await this.#options.hsm.transportKey();
    return { id: nodeIdOf(transportKey), transportKey, code: shortCode(transportKey) };
  }

  /**
   * Makes a fleet: the key of the first epoch in this HSM, the vault's own keys, this node as the first one. A vault
   * that was there becomes a fleet of one node. A second time is fine.
   * @throws StrongroomError `wrong-usage` when there is a fleet without this node; as `openFleetKeys`
   */
  async init(site: string): Promise<EnteredNode & { readonly vaultId: Bytes; readonly epoch: number }> {
    checkSite(site);
    await ready();
    const { vaultId, epoch } = await openFleetKeys(this.#options.store, this.#options.hsm);
    const { id, code } = await this.thisNode();
    return { id, code, vaultId, epoch, isNew: await this.#keeper.found(site, epoch) };
  }

  /**
   * Enters a node. Its transport key was compared with its operator, and the officer of this node's HSM trusts it.
   * Afterwards the node is started, and `handOver` gives it its keys. A second time is fine.
   * @throws StrongroomError `hsm` `not-trusted`; `wrong-usage`
   */
  async addNode(transportKey: Bytes, site: string): Promise<EnteredNode> {
    checkSite(site);
    const [id, code] = [nodeIdOf(transportKey), shortCode(transportKey)];
    const trusted = await this.#options.hsm.trusted();
    if (!trusted.some((key) => equalBytes(key, transportKey))) throw notTrusted(`the code ${code}`);
    const isNew = await this.#change((fleet, now) => {
      if (findNode(fleet, id) !== undefined) return fleet;
      if (fleet.nodes.length >= mostNodes) throw refuse(`A fleet has ${mostNodes} nodes at most.`);
      return withNode(fleet, newNode(id, transportKey, site, now));
    });
    return { id, code, isNew };
  }

  /**
   * Gives a node the keys of all living epochs, as soon as its process waits for them, and waits until it has taken
   * them over. This is for a node that has no key yet; others give each other keys by themselves.
   * @throws StrongroomError `wrong-usage` for a node that is not in the fleet; `cancelled`; `hsm` `not-trusted`
   */
  async handOver(id: NodeId, { signal, every = 1000, onWait }: HandOverOptions = {}): Promise<void> {
    const { sleep = pause } = this.#options;
    let told: string | undefined;
    for (;;) {
      if (signal?.aborted) throw new StrongroomError('cancelled', {});
      const waits = await this.#handWhatIsMissing(id);
      if (waits === undefined) return;
      if (waits !== told) onWait?.(waits);
      told = waits;
      await sleep(every);
    }
  }

  /**
   * Removes a node for good: nobody waits for it any more, the other HSMs trust it no more, and a new epoch begins by
   * itself, because the removed node has the keys of the old ones. This node's own removal is made at another one.
   * @returns `false` when it was not in the fleet
   * @throws StrongroomError `wrong-usage` when it is this node, the last one, or the only one with some key
   */
  async removeNode(id: NodeId): Promise<boolean> {
    const { id: me } = await this.thisNode();
    if (id === me) throw refuse('A node cannot remove itself. Remove it at another node of the fleet.');
    return this.#change((fleet, now) => {
      const alone = livingEpochs(fleet).filter(
        ({ state, heldBy }) => state !== 'making' && heldBy.length === 1 && heldBy[0] === id,
      );
      if (alone.length > 0)
        throw refuse(
          `Only that node has the key of epoch ${alone[0]!.number}: let another one take it over first.`,
        );
      return withoutNode(fleet, id, now);
    });
  }

  /**
   * Begins a new epoch now: makes its key in this HSM and hands it to whoever waits. It comes into use when every node
   * has it. @returns its number
   * @throws StrongroomError `wrong-usage` when it cannot begin here and now
   */
  async newEpoch(): Promise<number> {
    for (;;) {
      const { stored, facts } = await this.#keeper.look();
      const why = hindrance(stored.fleet, facts);
      if (why !== undefined) throw refuse(reasons[why]);
      const fleet = withNewEpochBy(stored.fleet, facts);
      if ((await this.#keeper.write(fleet, stored)) === 'conflict') continue;
      await this.#keeper.tend();
      return newestEpoch(fleet).number;
    }
  }

  /**
   * What a directory says of this vault. Nothing is made: the vault must be there.
   * @param index of the vault in the directory, from 1
   * @param operator who runs it, for people
   * @throws StrongroomError `wrong-usage` without a fleet; as `openFleetKeys`
   */
  async describe(index: number, operator: string): Promise<DirectoryVault> {
    const { store, hsm } = this.#options;
    await ready();
    await this.#keeper.look();
    const { vaultId, hpke, akePublicKey } = await openFleetKeys(store, hsm);
    return create(DirectoryVaultSchema, {
      index,
      vaultId,
      hpkePublicKey: hpke.publicKey,
      akePublicKey,
      operator,
    });
  }

  /** How the fleet fares, as this node sees it; `undefined` when there is none. */
  status(): Promise<FleetProgress | undefined> {
    return this.#keeper.progress();
  }

  // What is still waited for, if anything.
  async #handWhatIsMissing(id: NodeId): Promise<'node-to-start' | 'node-to-take-over' | undefined> {
    const { stored, facts } = await this.#keeper.look();
    const node = findNode(stored.fleet, id);
    if (node === undefined) throw refuse('That node is not in the fleet. Add it first.');
    // What is being made it gets from any other node, as soon as it can prove who it is.
    const missing = missingEpochs(stored.fleet, id).filter(({ state }) => state !== 'making');
    if (missing.length === 0) return undefined;
    const unknown = missing.find((epoch) => !holds(epoch, facts));
    if (unknown !== undefined) throw refuse(`This node lacks the key of epoch ${unknown.number} itself.`);
    if (!facts.trusted.has(id)) throw notTrusted(`the code ${shortCode(node.transportKey)}`);
    if (node.reception === undefined) return 'node-to-start';
    await this.#keeper.handOver(node, { stored, facts });
    return 'node-to-take-over';
  }

  async #change(change: (fleet: Fleet, now: number) => Fleet): Promise<boolean> {
    const { now = Date.now } = this.#options;
    for (;;) {
      const { stored } = await this.#keeper.look();
      const fleet = change(stored.fleet, now());
      if (fleet === stored.fleet) return false;
      if ((await this.#keeper.write(fleet, stored)) === 'committed') return true;
    }
  }
}

function checkSite(site: string): void {
  if (site.length > 0 && site.length <= maxSite && !/[\p{C}]/u.test(site)) return;
  throw refuse(`A site has a name of 1 to ${maxSite} printable characters.`);
}

function refuse(why: string): StrongroomError<'wrong-usage'> {
  return new StrongroomError('wrong-usage', { why });
}
