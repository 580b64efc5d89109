import { BlockList, isIP } from 'node:net';
import { toHex } from '@strongroom/core';
import { defaultStreams } from '../../events/event-streams.ts';
import { defaultLimits } from '../../limits/limits.ts';
import type {
  CodesConfig,
  FrontDoorConfig,
  LimitsConfig,
  TlsConfig,
  VaultConfig,
  VaultNodeConfig,
} from './config.ts';
import {
  file,
  hex,
  isLoopback,
  listOf,
  listen,
  object,
  oneOf,
  optional,
  path,
  placeOf,
  readJson,
  requireTls,
  seconds,
  secretFile,
  secretPath,
  site,
  text,
  whole,
  withDefault,
  within,
  wrongField,
  type Check,
} from '@strongroom/core/node';

const url = text(/^https?:\/\/[^\s/?#@]{1,300}\/?$/, 'an address like https://host:7501');
const readyUrl = text(
  /^https?:\/\/[^\s/?#@]{1,300}\/[^\s?#@]{0,200}$/,
  'an address like http://host:7601/readyz',
);

const network: Check<string> = (value, place) => {
  const [address = '', prefix, more] = typeof value === 'string' ? value.split('/') : [];
  const family = isIP(address);
  const known = family !== 0 && more === undefined && (prefix === undefined || isPrefix(address, prefix));
  if (known) return value as string;
  throw wrongField(place, 'must be an IP address or a network like 10.0.0.0/8');
};

const nodeFields = object({
  site: optional(site),
  url,
  readyUrl: optional(readyUrl),
  certificateAuthority: optional(file),
  certificate: optional(file),
  key: optional(secretFile),
});

const node: Check<VaultNodeConfig> = (value, place) => {
  const { certificateAuthority: authority, certificate, key, ...rest } = nodeFields(value, place);
  const withTls = authority !== undefined && certificate !== undefined && key !== undefined;
  const some = authority !== undefined || certificate !== undefined || key !== undefined;
  if (some && !withTls)
    throw wrongField(place, 'needs "certificateAuthority", "certificate" and "key" together');
  const { protocol, hostname, host: name } = new URL(rest.url);
  if ((protocol === 'https:') !== withTls || (!withTls && !isLoopback(hostname)))
    throw wrongField(within(place, 'url'), 'needs https:// and certificates, unless it is this machine');
  return {
    site: rest.site ?? name,
    url: rest.url,
    readyUrl: rest.readyUrl,
    tls: withTls ? { authority, certificate, key } : undefined,
  };
};

const nodes: Check<readonly VaultNodeConfig[]> = (value, place) => {
  const found = listOf(1, 32, node)(value, place);
  if (new Set(found.map(({ url }) => url)).size === found.length) return found;
  throw wrongField(place, 'names a node twice');
};

const vaultFields = object({ vaultId: hex(16), nodes });

const vault: Check<VaultConfig> = (value, place) => {
  const { vaultId, nodes } = vaultFields(value, place);
  return { vaultId: toHex(vaultId), nodes };
};

const vaults: Check<readonly VaultConfig[]> = (value, place) => {
  const found = listOf(1, 8, vault)(value, place);
  if (new Set(found.map(({ vaultId }) => vaultId)).size === found.length) return found;
  throw wrongField(place, 'names a vault twice');
};

const limitFields = object({
  concurrency: withDefault(whole(1, 100_000), defaultLimits.concurrency),
  perAddressPerSecond: withDefault(whole(1, 1_000_000), defaultLimits.perAddressPerSecond),
  perDevicePerMinute: withDefault(whole(1, 1_000_000), defaultLimits.perDevicePerMinute),
  codesPerAddressPerHour: withDefault(whole(1, 1_000_000), defaultLimits.codesPerAddressPerHour),
  codeTriesPerAddressPerHour: withDefault(whole(1, 1_000_000), defaultLimits.codeTriesPerAddressPerHour),
  requestBytes: withDefault(whole(34_000, 1_048_576), 65_536),
  requestTimeoutSeconds: withDefault(seconds(1, 3600), 300_000),
  connections: withDefault(whole(1, 1_000_000), 10_000),
  eventStreams: withDefault(whole(1, 1_000_000), defaultStreams.perProcess),
  noticeSeconds: withDefault(seconds(0, 600), 0),
  drainSeconds: withDefault(seconds(0, 600), 6000),
});

const limits: Check<LimitsConfig> = (value, place) => {
  const { requestTimeoutSeconds, noticeSeconds, drainSeconds, ...rest } = limitFields(value ?? {}, place);
  return { ...rest, requestTimeout: requestTimeoutSeconds, notice: noticeSeconds, drain: drainSeconds };
};

const config = object<FrontDoorConfig>({
  listen,
  admin: listen,
  tls: optional(object<TlsConfig>({ certificate: file, key: secretFile })),
  trustedProxies: withDefault(listOf(0, 64, network), []),
  database: path,
  tenant: text(/^[\w.-]{1,64}$/, 'a name of 1 to 64 letters, digits, dots, hyphens and underscores'),
  tokenKeyFile: secretPath,
  directoryFile: path,
  vaults,
  codes: oneOf<CodesConfig>({ log: object<object>({}), file: object<{ readonly path: string }>({ path }) }),
  cloud: optional(path),
  limits,
});

/**
 * Checks a configuration, and reads the certificates that it names.
 * @param json what was parsed
 * @param path of the file: relative paths begin at its folder
 * @throws StrongroomError `wrong-usage` that names the field and what it should be
 */
export function parseFrontDoorConfig(json: unknown, path: string): FrontDoorConfig {
  const place = placeOf(path);
  const checked = config(json, place);
  requireTls(checked, place);
  return checked;
}

/** Reads a configuration file. @throws as `parseFrontDoorConfig`, and when the file is no JSON */
export function readFrontDoorConfig(path: string): FrontDoorConfig {
  return parseFrontDoorConfig(readJson(path), path);
}

function isPrefix(address: string, prefix: string): boolean {
  if (!/^\d{1,3}$/.test(prefix)) return false;
  try {
    new BlockList().addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
    return true;
  } catch {
    return false;
  }
}
