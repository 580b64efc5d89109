import { create } from '@bufbuild/protobuf';
import type { StrongroomError } from '@strongroom/core';
import { ServeResponseSchema, type ServeRequest, type ServeResponse } from '@strongroom/wire/vault';
import type { Clock } from './clock.ts';
import { NodeFailure, type NodeFailureReason } from './node-failure.ts';
import type { VaultNode } from './vault-node.ts';

/** How a fake node is: `paused` ones take requests and never answer, `black hole`s do not even connect. */
export type Behaviour =
  | 'well'
  | 'paused'
  | 'black hole'
  | { readonly takes: number }
  | { readonly fails: NodeFailureReason }
  | { readonly says: StrongroomError }
  | { readonly refuses: StrongroomError };

/** A node that is how it is told to be; requests and probes are subject to it alike, unless said otherwise. */
export class FakeNode implements VaultNode {
  readonly site: string;
  behaviour: Behaviour = 'well';
  /** What probes find, when that is something else. */
  probes: 'ready' | 'not ready' | undefined;
  /** Times of requests and of probes. */
  readonly asked: number[] = [];
  readonly probed: number[] = [];
  closed = false;
  readonly #clock: Clock;
  #cut = new AbortController();

  constructor(site: string, clock: Clock) {
    this.site = site;
    this.#clock = clock;
  }

  async ask(
    _request: ServeRequest,
    { connect, answer }: { connect: number; answer: number },
  ): Promise<ServeResponse> {
    this.asked.push(this.#clock.now());
    await this.#behave(this.behaviour, connect, answer);
    return create(ServeResponseSchema, { sealedAnswer: new TextEncoder().encode(this.site) });
  }

  async probe(timeout: number): Promise<'ready' | 'not ready'> {
    this.probed.push(this.#clock.now());
    if (this.probes === undefined) await this.#behave(this.behaviour, timeout, timeout);
    return this.probes ?? 'ready';
  }

  reset(): void {
    this.#cut.abort();
    this.#cut = new AbortController();
  }

  close(): void {
    this.closed = true;
  }

  async #behave(behaviour: Behaviour, connect: number, answer: number): Promise<void> {
    if (behaviour === 'well') return;
    if (behaviour === 'black hole') return this.#failAfter(connect, 'no-connection');
    if (behaviour === 'paused') return this.#failAfter(answer, 'timeout');
    if ('says' in behaviour) throw new NodeFailure(this.site, 'refused', behaviour.says);
    if ('refuses' in behaviour) throw behaviour.refuses;
    if ('fails' in behaviour) throw new NodeFailure(this.site, behaviour.fails);
    if (behaviour.takes > answer) return this.#failAfter(answer, 'timeout');
    await this.#clock.sleep(behaviour.takes);
  }

  async #failAfter(milliseconds: number, reason: NodeFailureReason): Promise<never> {
    const { signal } = this.#cut;
    await this.#clock.sleep(milliseconds, signal);
    throw new NodeFailure(this.site, signal.aborted ? 'disconnected' : reason);
  }
}
