import { stepUp } from '../format/padding.ts';
import { packSize, smallestPack } from '../pack/layout.ts';
import { type PackUse, weightOf } from './pack-use.ts';
import type { SurveyedGroup } from './survey.ts';

// What is moved is remembered until every snapshot that refers to it is written.
const mostChunks = 100_000;

// Fewer bytes are not worth that all snapshots are written anew: this part of the archive.
const worthwhile = 1 / 50;

/** The packs whose chunks are moved, and what that brings. */
export interface RepackPlan {
  /** Their sizes in bytes, by pack, those with the least in use first. */
  readonly packs: ReadonlyMap<string, number>;
  /** About the bytes of the new packs. */
  readonly newBytes: number;
  /** Packs that are for another time. */
  readonly left: number;
}

const nothing: RepackPlan = { packs: new Map(), newBytes: 0, left: 0 };

/**
 * Chooses the packs to repack: those of which less than the share `below` is in use, when the new packs, with the
 * groups of manifests that change, take at most that share of the old ones.
 * @param there sizes of all packs in the cloud, in bytes
 */
export function planRepack(
  there: ReadonlyMap<string, number>,
  uses: ReadonlyMap<string, PackUse>,
  groups: Iterable<SurveyedGroup>,
  below: number,
): RepackPlan {
  const sparse = sparsePacks(there, uses, below);
  const packs = new Map(upTo(sparse, uses));
  const files = sum([...packs.keys()].map((pack) => uses.get(pack)!.fileBytes));
  const manifests = sum([...groups].filter((group) => touches(group, packs)).map(({ ref }) => weightOf(ref)));
  const newBytes = packsFor(files + manifests);
  const oldBytes = sum(packs.values());
  const isWorth = newBytes <= below * oldBytes && oldBytes - newBytes >= worthwhile * sum(there.values());
  return isWorth ? { packs, newBytes, left: sparse.length - packs.size } : nothing;
}

/** Whether a group is in one of these packs, or refers to it. */
export function touches({ ref, packs }: SurveyedGroup, chosen: ReadonlyMap<string, unknown>): boolean {
  return chosen.has(ref.pack) || packs.some((pack) => chosen.has(pack));
}

/** Packs and sizes, those with the least in use first. */
function sparsePacks(
  there: ReadonlyMap<string, number>,
  uses: ReadonlyMap<string, PackUse>,
  below: number,
): [string, number][] {
  const shareOf = ([pack, size]: [string, number]): number => {
    const use = uses.get(pack);
    return use ? (use.fileBytes + use.groupBytes) / size : 0;
  };
  const sparse = [...there].filter((entry) => uses.has(entry[0]) && shareOf(entry) < below);
  return sparse.toSorted((a, b) => shareOf(a) - shareOf(b));
}

/** As many packs as a run may move. */
function upTo(sparse: readonly [string, number][], uses: ReadonlyMap<string, PackUse>): [string, number][] {
  let chunks = 0;
  return sparse.filter(([pack], i) => (chunks += uses.get(pack)!.chunks) <= mostChunks || i === 0);
}

function packsFor(bytes: number): number {
  const rest = bytes % packSize;
  return bytes - rest + (rest === 0 ? 0 : Math.min(packSize, stepUp(rest, smallestPack)));
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
