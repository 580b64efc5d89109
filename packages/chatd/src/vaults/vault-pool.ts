import { StrongroomError } from '@strongroom/core';
import type { ServeRequest, ServeResponse } from '@strongroom/wire/vault';
import { untraced, type Span } from '../span.ts';
import { steadyClock, type Clock } from './clock.ts';
import { defaultFigures, type PoolFigures } from './figures.ts';
import { NodeFailure, type NodeFailureReason } from './node-failure.ts';
import { NodeHealth, type NodeState, type ProbeResult } from './node-health.ts';
import { Prober } from './prober.ts';
import type { VaultNode } from './vault-node.ts';

/** Told what happens to nodes; called from within, so quick and never throwing. */
export interface PoolObserver {
  /** A node answered a try, after so many milliseconds. */
  readonly onServed?: (site: string, milliseconds: number) => void;
  /** A try failed; the request goes to another node while there is one and time is left. */
  readonly onFailed?: (site: string, reason: NodeFailureReason) => void;
  readonly onState?: (site: string, state: NodeState) => void;
}

/** The ports of a pool. */
export interface PoolOptions {
  readonly figures?: Partial<PoolFigures>;
  readonly observer?: PoolObserver;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly span?: Span;
}

interface Member {
  readonly node: VaultNode;
  readonly health: NodeHealth;
  readonly prober: Prober;
  told: NodeState;
}

/**
 * Several nodes of one vault behind one connection: asks the nearest that is well, and another one when it fails.
 *
 * Why the same bytes may be sent to another node although the first may have applied them, or will do so later (a
 * paused process wakes up): all nodes work on one linearizable store and each of them runs the rules on what is there,
 * in a compare-and-swap, so that a second arrival is to the vault a repetition, which anybody who carries requests can
 * bring about at any time. By kind, which the pool cannot see:
 * - Describe writes nothing.
 * - Begin is counted with the digest of generation and KE1 in the write that precedes its evaluation. Its repetition is
 *   found there and gets the stored reply, uncounted. Where another Begin came in between, the repetition is counted as
 *   a guess of its own, before it is evaluated; where a Commit or an Erase did, its generation is gone or it is counted.
 *   Never is anything evaluated that was not counted.
 * - Finish only raises `opened` to the number of its ticket's guess: the second time it changes nothing.
 * - Propose, Commit, Drop, Heal, Mark and Erase are signed over the record's anchor, which every accepted one replaces:
 *   the second time they are `stale` (or find nothing registered any more), and change nothing. The client, who cannot
 *   tell that from another device's being faster, describes and finds its change there. A Propose that contests leaves
 *   the anchor, but its repetition finds its own generation held: `stale` as well. (Only if the same account proposed
 *   yet another contested one in between does a late repetition take its place again; its delay begins anew.)
 * A node that wakes up late finds the account token too old after 60 s at the latest.
 */
export class VaultPool {
  readonly #members: readonly Member[];
  readonly #figures: PoolFigures;
  readonly #observer: PoolObserver;
  readonly #clock: Clock;
  readonly #span: Span;

  /** @param nodes the nearest first */
  constructor(nodes: readonly VaultNode[], options: PoolOptions = {}) {
    const { clock = steadyClock, observer = {}, random = Math.random, span = untraced } = options;
    this.#figures = { ...defaultFigures, ...options.figures };
    this.#clock = clock;
    this.#observer = observer;
    this.#span = span;
    this.#members = nodes.map((node) => this.#member(node, random));
  }

  /** Begins to probe. Until the first answers are in, nodes count as well. */
  start(): void {
    for (const { prober } of this.#members) void prober.run();
  }

  /** Where the nodes are and how they are, the nearest first. */
  states(): { site: string; state: NodeState }[] {
    const now = this.#clock.now();
    return this.#members.map(({ node, health }) => ({ site: node.site, state: health.state(now) }));
  }

  /** Ends the probes and the connections. */
  close(): void {
    for (const { prober, node } of this.#members) {
      prober.close();
      node.close();
    }
  }

  /**
   * Has a request served by one of the nodes.
   * @throws StrongroomError what the vault refuses; `unavailable` when no node served in time, and at once when all
   * are down
   */
  async serve(request: ServeRequest): Promise<ServeResponse> {
    const until = this.#clock.now() + this.#figures.deadline;
    const tried = new Set<Member>();
    let last: NodeFailure | undefined;
    for (;;) {
      const member = this.#choose(tried);
      if (member === undefined) {
        await this.#nextRound(tried, until, last);
        continue;
      }
      tried.add(member);
      const outcome = await this.#try(member, request, this.#patience(tried, until));
      if (!(outcome instanceof NodeFailure)) return outcome;
      last = outcome;
      if (this.#clock.now() >= until) throw given(last);
    }
  }

  #member(node: VaultNode, random: () => number): Member {
    const health = new NodeHealth(this.#figures);
    const onResult = (result: ProbeResult): void => {
      health.probed(result);
      this.#tell(member);
    };
    const { clock, figures } = { clock: this.#clock, figures: this.#figures };
    const prober = new Prober({ node, figures, clock, random, onResult });
    const member: Member = { node, health, prober, told: 'well' };
    return member;
  }

  #choose(tried: ReadonlySet<Member>): Member | undefined {
    const now = this.#clock.now();
    const untried = this.#members.filter((member) => !tried.has(member));
    const inState = (state: NodeState): Member | undefined =>
      untried.find(({ health }) => health.state(now) === state);
    return inState('well') ?? inState('doubtful');
  }

  // The last node that can be asked has all the time that is left: to give up earlier would help nobody.
  #patience(tried: ReadonlySet<Member>, until: number): { connect: number; answer: number } {
    const { connect, attempt } = this.#figures;
    const left = Math.max(1, until - this.#clock.now());
    const answer = this.#choose(tried) === undefined ? left : Math.min(left, attempt);
    return { connect: Math.min(connect, answer), answer };
  }

  async #try(
    member: Member,
    request: ServeRequest,
    patience: { connect: number; answer: number },
  ): Promise<ServeResponse | NodeFailure> {
    const { node, health, prober } = member;
    const began = this.#clock.now();
    try {
      const ask = (): Promise<ServeResponse> => node.ask(request, patience);
      const response = await this.#span('vault node', { site: node.site }, ask);
      health.served();
      this.#observer.onServed?.(node.site, this.#clock.now() - began);
      return response;
    } catch (error) {
      if (!(error instanceof NodeFailure)) throw error;
      health.failed(error, this.#clock.now());
      this.#observer.onFailed?.(node.site, error.reason);
      prober.wake();
      return error;
    } finally {
      this.#tell(member);
    }
  }

  // While some node is there, an election may be all that is wrong.
  async #nextRound(tried: Set<Member>, until: number, last: NodeFailure | undefined): Promise<void> {
    const now = this.#clock.now();
    const { betweenRounds } = this.#figures;
    const allDown = this.#members.every(({ health }) => health.state(now) === 'down');
    if (allDown || now + betweenRounds >= until) throw given(last);
    await this.#clock.sleep(betweenRounds);
    tried.clear();
  }

  #tell(member: Member): void {
    const state = member.health.state(this.#clock.now());
    if (state === member.told) return;
    member.told = state;
    this.#observer.onState?.(member.node.site, state);
  }
}

// A refusal of the front door's word is its operator's to mend, and looks like nothing else.
function given(last: NodeFailure | undefined): StrongroomError {
  if (last?.reason === 'refused' && last.said !== undefined) return last.said;
  return new StrongroomError('unavailable', { answered: 0, needed: 1 }, { cause: last });
}
