import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../fleet/fleet.ts';
import type { Recorder } from '../history/recorder.ts';
import { stepsOf, type ClientPlan, type Step } from '../schedule/client-plan.ts';
import type { Account } from './account.ts';
import { Acts } from './acts.ts';
import { Line } from './line.ts';

/** What a client is made of. */
export interface ClientOptions {
  readonly seed: number;
  readonly plan: ClientPlan;
  readonly account: Account;
  readonly fleet: Fleet;
  readonly recorder: Recorder;
}

// At most so many requests of one device at once.
const lines = 6;

/** A device that works on its account as its plan says. */
export class Client {
  readonly acts: Acts;
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    const { account, fleet, plan, recorder } = options;
    const { directory, doors } = fleet;
    this.#options = options;
    const [line, ...more] = Array.from({ length: lines }, (_, i) => {
      // Devices of one account begin at different front doors.
      const door = doors[(plan.name.length + Number(plan.name.at(-1)) + i) % doors.length]!;
      return new Line({ directory, door, accountId: account.id, name: `${plan.name}/${i}`, recorder });
    });
    this.acts = new Acts({ account, name: plan.name, line: line!, more, recorder });
  }

  /** Whether it is the first device of its account. */
  get isFirst(): boolean {
    return this.#options.plan.name.endsWith('.1');
  }

  /** Works until it is told to stop. */
  async run(stopped: AbortSignal): Promise<void> {
    const { seed, plan } = this.#options;
    for (const step of stepsOf(seed, plan)) {
      if (stopped.aborted) return;
      await this.#do(step);
      await sleep(step.pause, undefined, { signal: stopped }).catch(() => undefined);
    }
  }

  #do(step: Step): Promise<unknown> {
    switch (step.act) {
      case 'open':
        return this.acts.open(step.password, step.times);
      case 'register':
        return this.acts.register(step.by, step.password);
      case 'volley':
        return this.acts.volley(step.count);
      case 'commit-contested':
        return this.acts.commitContested();
      case 'heal':
        return this.acts.heal();
      case 'erase':
        return this.acts.erase();
      case 'describe':
        break;
    }
    return this.acts.describe();
  }
}
