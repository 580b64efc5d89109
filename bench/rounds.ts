import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { database, type DataSet } from './data/data-set.ts';
import type { CloudKind, Peer, Place, Repository } from './peers/peer.ts';
import { play, scenarios, type Sample, type Scenario } from './scenarios.ts';

/** How often and what is played. */
export interface RoundsOptions {
  readonly rounds: number;
  /** What is reported; backups that it builds on are made anyway. */
  readonly only: readonly Scenario[];
  readonly cloud: CloudKind;
  /** A folder of the benchmark's own, on the disk that is measured. */
  readonly work: string;
  /** Told of each sample as it comes. */
  readonly report: (result: Result) => void;
}

/** One sample and whose it is. */
export interface Result extends Sample {
  readonly scenario: Scenario;
  /** The peer's name. */
  readonly peer: string;
  /** From 1. */
  readonly round: number;
}

interface Player {
  readonly peer: Peer;
  readonly place: Place;
  readonly repository: Repository;
}

/** Plays every round from empty repositories; within a scenario the peers take turns, each round another one first. */
export async function playRounds(
  peers: readonly Peer[],
  set: DataSet,
  options: RoundsOptions,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    results.push(...(await playRound(turned(peers, round), set, round, options)));
  }
  return results;
}

/** All of them, another one first in each round. */
export function turned<T>(players: readonly T[], round: number): readonly T[] {
  const first = round % players.length;
  return [...players.slice(first), ...players.slice(0, first)];
}

async function playRound(
  peers: readonly Peer[],
  set: DataSet,
  round: number,
  options: RoundsOptions,
): Promise<readonly Result[]> {
  const root = join(options.work, 'round');
  await rm(root, { recursive: true, force: true });
  await set.toDay(1);
  const players: Player[] = [];
  const results: Result[] = [];
  try {
    for (const peer of peers) players.push(await enter(peer, set, root, options.cloud));
    for (const scenario of needed(options.only)) {
      if (scenario === 'second-day') await set.toDay(2);
      const samples = await playAll(scenario, players, set, round);
      if (!options.only.includes(scenario)) continue;
      samples.forEach(options.report);
      results.push(...samples);
    }
  } finally {
    await Promise.all(players.map(({ repository }) => repository.close()));
    await rm(root, { recursive: true, force: true });
  }
  return results;
}

async function enter(peer: Peer, set: DataSet, root: string, cloud: CloudKind): Promise<Player> {
  const work = join(root, peer.name.replaceAll(' ', '-'));
  await mkdir(work, { recursive: true });
  const place = { work, phone: set.phone, folder: basename(set.chats), database, cloud };
  return { peer, place, repository: await peer.open(place) };
}

async function playAll(
  scenario: Scenario,
  players: readonly Player[],
  set: DataSet,
  round: number,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const { peer, place, repository } of players) {
    const turn = { repository, set, target: join(place.work, 'restored'), compare: round === 1 };
    results.push({ scenario, peer: peer.name, round, ...(await play(scenario, turn)) });
  }
  return results;
}

/** The scenarios that must be played so that some can be reported. */
export function needed(only: readonly Scenario[]): readonly Scenario[] {
  const last = Math.max(...only.map((scenario) => scenarios.indexOf(scenario)));
  const bases = scenarios.indexOf('second-day');
  return scenarios.filter((scenario, at) => only.includes(scenario) || (at <= bases && at < last));
}
