import type { Asked, Event, Kind, Released, Wrote } from '../history/events.ts';

/** What a request is told to have been, beside what it is by default. */
export interface Told {
  readonly ke1?: string;
  readonly ke2?: string;
  readonly generation?: string;
  readonly outcome?: string;
  readonly phase?: Wrote['phase'] | 'killed';
  readonly site?: string;
  /** The node's clock. */
  readonly clock?: number;
  readonly described?: Released['described'];
  /** The version that was seen, when it is not the newest. */
  readonly read?: number;
  readonly left?: number;
}

/** Tells the history of one account, request by request, each a millisecond after the other. */
export class Story {
  readonly events: Event[] = [
    {
      e: 'started',
      at: 0,
      seed: 1,
      sites: ['a', 'b'],
      rules: { guessLimit: 6, failureLimit: 9, waits: [1000, 2000] },
    },
  ];
  version = 0;
  #at = 0;
  #requests = 0;
  #askedAt = 0;

  /** A request that is written, answered and let out, in the right order. */
  does(kind: Kind, told: Told = {}): this {
    return this.asks(kind, told)
      .writes(kind, told)
      .answers(kind, { read: this.version - 1, ...told }, this.version);
  }

  /** A request that writes nothing. */
  looks(kind: Kind, told: Told = {}): this {
    return this.asks(kind, told).answers(kind, told, undefined);
  }

  asks(kind: Kind, { ke1, ke2, generation }: Told = {}): this {
    this.#requests += 1;
    const asked: Asked = {
      e: 'asked',
      at: this.#now(),
      account: 'account',
      device: 'device',
      request: this.#request,
      kind,
      ...(ke1 !== undefined && { ke1 }),
      ...(ke2 !== undefined && { ke2 }),
      ...(generation !== undefined && { generation }),
    };
    this.events.push(asked);
    this.#askedAt = this.#at;
    return this;
  }

  writes(kind: Kind, { phase = 'committed', site = 'a' }: Told = {}): this {
    this.version += 1;
    const write = `${this.version} ${this.#requests}`;
    const owner = { request: this.#request, account: 'account', kind };
    const what = { e: 'wrote', site, write, record: 'record', sequence: this.version, ...owner } as const;
    this.events.push({ ...what, at: this.#now(), phase: 'begun' });
    if (phase !== 'killed') this.events.push({ ...what, at: this.#now(), phase });
    return this;
  }

  answers(kind: Kind, told: Told, written: number | undefined): this {
    const { outcome = usual[kind] ?? 'accepted', site = 'a', clock = this.#at, ke2, described, left } = told;
    const { read = this.version } = told;
    const request = this.#request;
    const answer = {
      ...(kind === 'begin' && ke2 !== undefined && { ke2 }),
      ...(described !== undefined && { described }),
    };
    this.events.push({
      e: 'released',
      at: this.#now(),
      site,
      request,
      account: 'account',
      kind,
      outcome,
      read,
      readAt: this.#askedAt,
      clock: [clock, clock],
      ...(written !== undefined && { written }),
      ...(left !== undefined && { left }),
      ...answer,
    });
    this.events.push({
      e: 'answered',
      at: this.#now(),
      account: 'account',
      device: 'device',
      request,
      kind,
      outcome,
      ...answer,
    });
    return this;
  }

  /** Does something several times. */
  times(count: number, tell: (i: number) => void): this {
    for (let i = 0; i < count; i++) tell(i);
    return this;
  }

  waits(milliseconds: number): this {
    this.#at += milliseconds;
    return this;
  }

  get #request(): string {
    return `request ${this.#requests}`;
  }

  #now(): number {
    this.#at += 1;
    return this.#at;
  }
}

const usual: Partial<Record<Kind, string>> = { begin: 'begun', finish: 'finished', describe: 'described' };
