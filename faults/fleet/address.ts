/** The sites of a fleet, by the letters of their names. */
export const siteNames: readonly string[] = ['a', 'b', 'c', 'd', 'e'];

/** Where front doors and operators are. */
export const hubAddress = '10.77.0.254';

/** The address of a site, 10.77.0.1 for `a`. */
export function addressOf(site: string): string {
  return `10.77.0.${siteNames.indexOf(site) + 1}`;
}

/** The ports at every site. */
export const ports = { etcd: 2379, peers: 2380, vault: 7501, admin: 7601 } as const;
