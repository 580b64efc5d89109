import { registerAll, retrieveAll, type Account, type Leg } from '../client/batches.ts';
import type { Serving } from '../stores/serving.ts';
import type { Contender, Effort, Kind, Sample } from './contender.ts';

/** A vault that takes part. */
export interface VaultContender {
  readonly name: string;
  readonly serving: Serving;
  readonly effort: Effort;
  /** Lets the system forget what it read of the records; left out where it cannot. */
  readonly cool?: () => Promise<void>;
}

/** Registers accounts, and lets a vault serve them in turns. */
export async function enter(options: VaultContender): Promise<Contender> {
  const accounts = new Accounts(options);
  await accounts.register();
  // Once before anything counts: code that runs for the first time is slow.
  await accounts.retrieve(options.effort.batch, options.effort.inFlight);
  return {
    name: options.name,
    turn: async (round) => [
      ...sampled(options.name, round, 'registration', await accounts.register()),
      ...(await saturate(accounts, options, round)),
      ...(await measureLatency(accounts, options, round)),
    ],
    profile: async () => {
      await options.serving.profile();
      await saturate(accounts, options, 0);
      return options.serving.profiled();
    },
    close: options.serving.close,
  };
}

/** The accounts of a vault that are used. */
class Accounts {
  readonly #options: VaultContender;
  readonly #registered: Account[] = [];

  constructor(options: VaultContender) {
    this.#options = options;
  }

  async register(): Promise<readonly Leg[]> {
    const { serving, effort } = this.#options;
    const { clients, serve } = serving;
    const { accounts, legs } = await registerAll(clients, serve, effort.batch, effort.inFlight);
    this.#registered.push(...accounts);
    return [legs.describe, legs.propose, legs.commit];
  }

  /** Of accounts that are drawn anew each time, none of them twice. */
  async retrieve(count: number, inFlight: number): Promise<Record<'describe' | 'begin' | 'finish', Leg>> {
    const { clients, serve } = this.#options.serving;
    return retrieveAll(clients, serve, draw(this.#registered, count), inFlight);
  }
}

async function saturate(
  accounts: Accounts,
  { name, effort: { seconds, batch, inFlight } }: VaultContender,
  round: number,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let served = 0; served < seconds;) {
    const { describe, begin, finish } = await accounts.retrieve(batch, inFlight);
    samples.push(...sampled(name, round, 'describe', [describe]));
    samples.push(...sampled(name, round, 'retrieval', [begin, finish]));
    served += describe.seconds + begin.seconds + finish.seconds;
  }
  return samples;
}

async function measureLatency(
  accounts: Accounts,
  { name, effort: { alone }, cool }: VaultContender,
  round: number,
): Promise<readonly Sample[]> {
  const legs = async (kind: Kind): Promise<readonly Sample[]> =>
    sampled(name, round, kind, Object.values(await accounts.retrieve(alone, 1)));
  const warm = await legs('alone');
  if (cool === undefined) return warm;
  await cool();
  return [...warm, ...(await legs('cold'))];
}

/** The legs of the same things, together. */
export function sampled(contender: string, round: number, kind: Kind, legs: readonly Leg[]): Sample[] {
  const count = legs[0]!.latencies.length;
  const sum = (value: (leg: Leg) => number): number => legs.reduce((all, leg) => all + value(leg), 0);
  return [
    {
      contender,
      kind,
      round,
      count,
      seconds: sum(({ seconds }) => seconds),
      cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
      latencies: Array.from({ length: count }, (_, i) => sum(({ latencies }) => latencies[i]!)),
    },
  ];
}

function draw<T>(all: readonly T[], count: number): readonly T[] {
  const left = [...all];
  return Array.from(
    { length: Math.min(count, all.length) },
    () => left.splice(Math.floor(Math.random() * left.length), 1)[0]!,
  );
}
