import type { Direction } from '../fleet/network.ts';
import type { StoreTrouble } from '../nodes/troubled-store.ts';
import { Seeded } from './seeded.ts';

/** One thing that goes wrong. */
export type Fault =
  | { readonly fault: 'kill-node' | 'pause-node' | 'kill-member' | 'pause-member'; readonly sites: Sites }
  | { readonly fault: 'isolate' | 'fill-disk' | 'cut-from-front-doors'; readonly sites: Sites }
  | { readonly fault: 'lose-disk'; readonly sites: Sites }
  | { readonly fault: 'kill-leader' }
  | { readonly fault: 'cut'; readonly from: string; readonly to: string; readonly direction: Direction }
  | { readonly fault: 'split'; readonly sites: Sites }
  | { readonly fault: 'store'; readonly sites: Sites; readonly trouble: StoreTrouble }
  | { readonly fault: 'clock'; readonly sites: Sites; readonly ahead: number }
  | { readonly fault: 'power-cut' };
type Sites = readonly string[];

/** Faults that begin together and are healed together. */
export interface Episode {
  /** Milliseconds of quiet before it, and how long it lasts. */
  readonly after: number;
  readonly lasts: number;
  readonly faults: readonly Fault[];
}

export const faultKinds: readonly Fault['fault'][] = [
  ...(['kill-node', 'pause-node', 'kill-member', 'pause-member', 'kill-leader', 'lose-disk'] as const),
  ...([
    'isolate',
    'cut',
    'split',
    'cut-from-front-doors',
    'store',
    'fill-disk',
    'clock',
    'power-cut',
  ] as const),
];

// Far enough that tokens are refused, and near enough that they are not but waits end early or late.
const jumps: readonly number[] = [-8000, 5000, 20_000, 55_000, -120_000, 600_000, 14 * 86_400_000];
// Nothing else goes wrong then: an operator repairs a cluster that is well otherwise.
const alone: ReadonlySet<Fault['fault']> = new Set(['lose-disk', 'power-cut']);

/** What goes wrong, one episode after the other, for ever: the same for the same seed. Each kind comes up in turn. */
export function* episodesOf(seed: number, sites: Sites): Generator<Episode, never> {
  const random = new Seeded(seed, 'nemesis');
  for (;;)
    for (const kind of random.shuffle(faultKinds)) {
      const first = faultOf(kind, sites, random);
      const second = faultOf(random.pick(faultKinds), sites, random);
      const both = !alone.has(kind) && !alone.has(second.fault) && random.next() < 0.4;
      yield {
        after: random.between(300, 2000),
        lasts: random.between(800, 5000),
        faults: both ? [first, second] : [first],
      };
    }
}

function faultOf(fault: Fault['fault'], sites: Sites, random: Seeded): Fault {
  const few = (most: number): Sites => random.some(random.between(1, most + 1), sites);
  // Mostly some, so that others go on; now and then all.
  const some = (): Sites => few(random.next() < 0.2 ? sites.length : 2);
  switch (fault) {
    case 'kill-node':
    case 'pause-node':
    case 'kill-member':
    case 'pause-member':
    case 'isolate':
    case 'cut-from-front-doors':
      return { fault, sites: some() };
    case 'fill-disk':
      return { fault, sites: few(2) };
    case 'lose-disk':
      return { fault, sites: few(1) };
    case 'split':
      return { fault, sites: random.some(random.between(1, sites.length), sites) };
    case 'cut':
      return cutOf(sites, random);
    case 'store':
      return { fault, sites: some(), trouble: troubleOf(random) };
    case 'clock':
      return { fault, sites: some(), ahead: random.pick(jumps) };
    case 'kill-leader':
    case 'power-cut':
      break;
  }
  return { fault };
}

function cutOf(sites: Sites, random: Seeded): Fault {
  const [from = '', to = ''] = random.some(2, sites);
  return { fault: 'cut', from, to, direction: random.pick(['both', 'one way'] as const) };
}

function troubleOf(random: Seeded): StoreTrouble {
  const kind = random.between(0, 3);
  if (kind === 0) return { slow: random.between(50, 1500) };
  return { slow: random.between(0, 100), writes: kind === 1 ? 'refused' : 'answer lost' };
}
