import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FleetStatus, LocalFleet } from '../local/index.ts';
import { Readings } from './readings.ts';
import { doorNames, trafficBetween, vaultNames, type Names, type Traffic } from './traffic.ts';

/** Everything that is shown of a fleet at a moment. */
export interface Sight {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly status: FleetStatus;
  /** At all front doors together. */
  readonly traffic: Traffic;
  /** At each site's vault node. */
  readonly bySite: ReadonlyMap<string, Traffic>;
  /** The newest sign-in codes, as the front doors wrote them. */
  readonly codes: readonly string[];
}

const shownCodes = 3;
const tail = 400;

/** Looks at a fleet again and again. */
export class FleetObserver {
  readonly #fleet: LocalFleet;
  readonly #doors: readonly Readings[];
  readonly #sites: ReadonlyMap<string, Readings>;
  #codesBefore: number | undefined;

  constructor(fleet: LocalFleet) {
    this.#fleet = fleet;
    this.#doors = fleet.doors.map(({ adminUrl }) => new Readings(adminUrl));
    this.#sites = new Map(fleet.sites.map((site) => [site, new Readings(fleet.adminUrl(site))]));
  }

  async look(): Promise<Sight> {
    const reading = [...this.#doors, ...this.#sites.values()].map((one) => one.read());
    const [status, codes] = await Promise.all([this.#fleet.status(), this.#codes(), ...reading]);
    const bySite = [...this.#sites].map(([site, one]) => [site, trafficOf([one], vaultNames)] as const);
    return {
      at: Date.now(),
      status,
      traffic: trafficOf(this.#doors, doorNames),
      bySite: new Map(bySite),
      codes,
    };
  }

  // Those that were sent since this began, so that an old one is not taken for new.
  async #codes(): Promise<readonly string[]> {
    const { outbox } = this.#fleet.layout;
    if (!existsSync(outbox)) {
      this.#codesBefore ??= 0;
      return [];
    }
    const file = await open(outbox, 'r');
    try {
      const { size } = await file.stat();
      this.#codesBefore ??= size;
      const from = Math.max(this.#codesBefore, size - tail);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(tail), 0, tail, from);
      const lines = buffer.subarray(0, bytesRead).toString('utf8').trim().split('\n');
      return lines.filter((line) => /^Code for \+\d+: \d+$/.test(line)).slice(-shownCodes);
    } finally {
      await file.close();
    }
  }
}

function trafficOf(readings: readonly Readings[], names: Names): Traffic {
  return trafficBetween(
    readings.flatMap(({ pair }) => (pair === undefined ? [] : [pair])),
    names,
  );
}
