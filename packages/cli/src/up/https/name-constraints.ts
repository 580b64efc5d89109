import { BlockList, isIP } from 'node:net';
import { utf8, type Bytes } from '@strongroom/core';
import { networkBytes } from './addresses.ts';
import { sequence, tagged } from './der.ts';

// Only who is on the same network is reached by these: RFC 1918, 3927, 4193, 4291; RFC 6762, 8375.
const networks: readonly (readonly [address: string, prefix: number])[] = [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
];
const domains = ['localhost', 'local', 'lan', 'home', 'internal', 'home.arpa'];

/**
 * The value of an extension by which an authority can vouch for machines of a local network alone: whoever steals its
 * key cannot pose as any other site to a phone that trusts it. RFC 5280 section 4.2.1.10, in DER.
 * @param hostname is permitted, too
 */
export function nameConstraints(hostname: string): Bytes {
  const names = [...domains, hostname].map((domain) => tagged(0x82, utf8(domain)));
  const addresses = networks.map(([address, prefix]) => tagged(0x87, networkBytes(address, prefix)));
  const subtrees = [...names, ...addresses].map((name) => sequence(name));
  return sequence(tagged(0xa0, ...subtrees));
}

/** Whether an authority that was made for a hostname may vouch for a name or an address. */
export function isPermitted(name: string, hostname: string): boolean {
  if (isIP(name) !== 0) return isLocalAddress(name);
  return [...domains, hostname].some((domain) => name === domain || name.endsWith(`.${domain}`));
}

function isLocalAddress(address: string): boolean {
  const local = new BlockList();
  for (const [network, prefix] of networks)
    local.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
  return local.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
