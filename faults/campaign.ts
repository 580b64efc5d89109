import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ready } from '@strongroom/opaque';
import { Account } from './clients/account.ts';
import { Client } from './clients/client.ts';
import { check } from './checker/check.ts';
import type { Violation } from './checker/violation.ts';
import { siteNames } from './fleet/address.ts';
import { Fleet } from './fleet/fleet.ts';
import { privateFolder } from './fleet/network.ts';
import type { Event, Rules } from './history/events.ts';
import { readHistory } from './history/read-history.ts';
import { Recorder, steadyNow } from './history/recorder.ts';
import { Nemesis } from './nemesis.ts';
import { planClients } from './schedule/client-plan.ts';
import { episodesOf } from './schedule/nemesis-plan.ts';

/** What a campaign is. */
export interface CampaignOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly sites: 3 | 5;
  readonly accounts: number;
  /** Put in on purpose: a name of bugs.ts. */
  readonly bug: string | undefined;
  /** Ends as soon as a promise is broken. */
  readonly untilViolation: boolean;
  /** Told now and then how it goes. */
  readonly onProgress: (line: string) => void;
}

/** What came of it. */
export interface CampaignResult {
  readonly history: readonly Event[];
  readonly violations: readonly Violation[];
}

// Small, so that they are reached; the first wait is there after five failures, whatever the policy.
const policy = { guessLimit: 8, failureLimit: 40, waits: [1, 2, 3], replacementDelay: 5 };
const rules: Rules = { guessLimit: 8, failureLimit: 40, waits: [1000, 2000, 3000] };
const longestWait = 3000;
const progressEvery = 10_000;
const checkEvery = 1000;

/** Runs a campaign from the start of a fleet to its end. In namespaces of its own: see `inNamespaces`. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { seed, bug, onProgress } = options;
  await ready();
  const sites = siteNames.slice(0, options.sites);
  const fleet = await Fleet.start({ sites, policy, bug });
  const path = join(privateFolder, 'clients.jsonl');
  const recorder = new Recorder(path);
  recorder.record({ e: 'started', at: steadyNow(), seed, rules, sites, ...(bug !== undefined && { bug }) });
  onProgress(`${sites.length} sites are up`);
  const read = (): readonly Event[] => readHistory([path, ...fleet.histories]);
  await new Campaign(options, fleet, recorder, read).run();
  await fleet.stop();
  recorder.close();
  const history = read();
  return { history, violations: check(history) };
}

class Campaign {
  readonly #options: CampaignOptions;
  readonly #fleet: Fleet;
  readonly #recorder: Recorder;
  readonly #read: () => readonly Event[];
  readonly #clients: readonly Client[];
  readonly #stopped = new AbortController();

  constructor(options: CampaignOptions, fleet: Fleet, recorder: Recorder, read: () => readonly Event[]) {
    const accounts = Array.from({ length: options.accounts }, () => new Account());
    this.#options = options;
    this.#fleet = fleet;
    this.#recorder = recorder;
    this.#read = read;
    const { seed } = options;
    this.#clients = planClients(options.accounts).map(
      (plan) => new Client({ seed, plan, account: accounts[plan.account]!, fleet, recorder }),
    );
  }

  async run(): Promise<void> {
    const { seed, seconds, untilViolation } = this.#options;
    const { signal } = this.#stopped;
    await this.#warmUp();
    const timers = [
      setTimeout(() => this.#stopped.abort(), seconds * 1000),
      setInterval(() => this.#tellProgress(), progressEvery),
      ...(untilViolation ? [setInterval(() => this.#stopIfBroken(), checkEvery)] : []),
    ];
    const nemesis = new Nemesis(this.#fleet, this.#recorder);
    const episodes = episodesOf(seed, [...this.#fleet.vaults.keys()]);
    await Promise.all([nemesis.run(episodes, signal), ...this.#clients.map((client) => client.run(signal))]);
    for (const timer of timers) clearTimeout(timer);
    if (!untilViolation) await this.#lookAgain(nemesis);
  }

  // There is something to lose before the first fault, however busy the machine is.
  async #warmUp(): Promise<void> {
    for (const { acts } of this.#clients.filter(({ isFirst }) => isFirst)) {
      await acts.register('owner', 'first');
      await acts.open('right');
    }
  }

  // When everything works again, what was acknowledged is there, and opens.
  async #lookAgain(nemesis: Nemesis): Promise<void> {
    await nemesis.heal();
    for (const site of this.#fleet.etcd.sites.keys()) await this.#fleet.etcd.serves(site);
    for (const vault of this.#fleet.vaults.values()) await vault.serves();
    await sleep(longestWait);
    this.#recorder.record({ e: 'healed', at: steadyNow() });
    for (const client of this.#clients) await client.acts.open('right');
  }

  #tellProgress(): void {
    const answered = this.#recorder.count('answered');
    this.#options.onProgress(`${answered} requests, ${this.#recorder.count('struck')} faults`);
  }

  #stopIfBroken(): void {
    if (check(this.#read()).length > 0) this.#stopped.abort();
  }
}
