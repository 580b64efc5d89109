import type { FleetStatus, MemberRole, SiteStatus } from '../local/index.ts';
import type { Sight } from './observer.ts';
import type { Traffic } from './traffic.ts';

const members: { readonly [R in MemberRole]: string } = {
  leader: 'leads',
  follower: 'follows',
  alone: 'no majority',
  down: 'down',
};

/** What a site's etcd member does, in a word or two. */
export function memberText({ etcd, isEmpty }: Pick<SiteStatus, 'etcd' | 'isEmpty'>): string {
  return isEmpty ? 'down, data lost' : members[etcd];
}

/** Why a vault node or front door does not serve, in a word or two. */
export function stateText(state: string): string {
  const known: { readonly [state: string]: string } = {
    ok: 'ready',
    store: 'cannot reach the store',
    hsm: 'cannot use its HSM',
    vault: 'cannot reach a vault node',
  };
  return known[state] ?? state;
}

/** How requests fare, in one line. */
export function trafficText({ perSecond, ok, refused, unavailable, p50, p99 }: Traffic): string {
  const rate = `${rateText(perSecond)} a second`;
  if (perSecond === 0) return rate;
  const counts = [`${ok} ok`, `${refused} refused`, `${unavailable} unavailable`].join(', ');
  return `${rate} · last 5 s: ${counts} · half within ${millisecondsText(p50)}, 99 of 100 within ${millisecondsText(p99)}`;
}

/** The lines of a sight, for a terminal. */
export function sightLines({ status, traffic, bySite, codes }: Sight): readonly string[] {
  const sites = status.sites.map((one) => {
    const { perSecond, p50 } = bySite.get(one.site)!;
    const load =
      perSecond === 0 ? '' : `${rateText(perSecond)} a second, half within ${millisecondsText(p50)}`;
    return `${one.site.padEnd(6)}${memberText(one).padEnd(18)}${stateText(one.vault).padEnd(24)}${load}`;
  });
  const doors = status.doors.map(
    ({ door, url, state }) => `${door.padEnd(6)}${url.padEnd(42)}${stateText(state)}`,
  );
  return [
    `${'site'.padEnd(6)}${'etcd'.padEnd(18)}${'vault node'.padEnd(24)}requests`,
    ...sites,
    '',
    'front doors',
    ...doors,
    `requests  ${trafficText(traffic)}`,
    ...codes.map((code) => `  ${code}`),
  ];
}

/** What changed between two looks, a line each. */
export function changes(before: FleetStatus | undefined, after: FleetStatus): readonly string[] {
  const sites = after.sites.flatMap((is): readonly string[] => {
    const was = before?.sites.find(({ site }) => site === is.site);
    const member = memberText(is);
    const vault = stateText(is.vault);
    return [
      ...(was === undefined || memberText(was) !== member ? [`site ${is.site}: etcd ${member}`] : []),
      ...(was === undefined || stateText(was.vault) !== vault
        ? [`site ${is.site}: vault node ${vault}`]
        : []),
    ];
  });
  const doors = after.doors.flatMap(({ door, state }): readonly string[] => {
    const was = before?.doors.find((one) => one.door === door);
    return was?.state === state ? [] : [`front door ${door}: ${stateText(state)}`];
  });
  return [...sites, ...doors];
}

function rateText(perSecond: number): string {
  return perSecond >= 10 || perSecond === 0 ? perSecond.toFixed(0) : perSecond.toFixed(1);
}

function millisecondsText(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '?';
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
