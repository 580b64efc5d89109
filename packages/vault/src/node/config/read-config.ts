import type { Secret } from '@strongroom/core';
import { DEFAULT_BEGIN_CAP } from '../../begin-cap.ts';
import { defaultPolicy } from '../../rules/policy.ts';
import type {
  EtcdStoreConfig,
  LimitsConfig,
  Pkcs11HsmConfig,
  SoftwareHsmConfig,
  SqliteStoreConfig,
  TlsConfig,
  VaultNodeConfig,
} from './config.ts';
import { policy } from './policy.ts';
import {
  file,
  hex,
  isLoopback,
  listOf,
  listen,
  mapOf,
  object,
  oneOf,
  optional,
  path,
  placeOf,
  readJson,
  readSecretLine,
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

const label = text(/^[^\p{C}]{1,64}$/u, 'a name of 1 to 64 characters');

const secretLine: Check<Secret<string>> = (value, place) => readSecretLine(path(value, place), place);

const tls = object<TlsConfig>({ certificate: file, key: secretFile, clientAuthority: file });

const sqlite = object<Omit<SqliteStoreConfig, 'kind'>>({ path });

// etcd's own log and tools write it so.
const clusterId: Check<bigint> = (value, place) =>
  BigInt(
    `0x${text(/^[0-9a-f]{1,16}$/, 'the id of a cluster: up to 16 lower-case hexadecimal digits')(value, place)}`,
  );

const etcdFields = object({
  endpoints: listOf(1, 16, text(/^https?:\/\/\S{1,300}$/, 'an address like https://host:2379')),
  authority: optional(file),
  certificate: optional(file),
  key: optional(secretFile),
  user: optional(label),
  passwordFile: optional(secretLine),
  prefix: withDefault(
    text(/^[\x21-\x7e]{1,200}$/, 'text of 1 to 200 letters, digits and signs'),
    'strongroom/',
  ),
  clusterId: optional(clusterId),
});

const etcd: Check<Omit<EtcdStoreConfig, 'kind'>> = (value, place) => {
  const { endpoints, prefix, clusterId, ...access } = etcdFields(value, place);
  const { authority, certificate, key, user: name, passwordFile: password } = access;
  const withTls = authority !== undefined && certificate !== undefined && key !== undefined;
  const some = authority !== undefined || certificate !== undefined || key !== undefined;
  if (some && !withTls) throw wrongField(place, 'needs "authority", "certificate" and "key" together');
  if ((name === undefined) !== (password === undefined))
    throw wrongField(place, 'needs "user" and "passwordFile" together');
  for (const [i, endpoint] of endpoints.entries()) {
    if (
      endpoint.startsWith('https:') === withTls &&
      (withTls || isLoopback(URL.parse(endpoint)?.hostname ?? ''))
    )
      continue;
    const what = withTls
      ? 'must begin with https://'
      : 'needs https:// and certificates, unless it is this machine';
    throw wrongField(within(place, `endpoints[${i}]`), what);
  }
  return {
    endpoints,
    prefix,
    clusterId,
    tls: withTls ? { authority, certificate, key } : undefined,
    user: name !== undefined && password !== undefined ? { name, password } : undefined,
  };
};

const software = object<Omit<SoftwareHsmConfig, 'kind'>>({ folder: path });

const pkcs11Fields = object({
  module: path,
  token: optional(label),
  tokenSerial: optional(label),
  pinFile: secretPath,
  sessions: optional(whole(1, 64)),
});

const pkcs11: Check<Omit<Pkcs11HsmConfig, 'kind'>> = (value, place) => {
  const { token: name, tokenSerial: serial, ...rest } = pkcs11Fields(value, place);
  if ((name === undefined) === (serial === undefined))
    throw wrongField(place, 'needs either "token" (its label) or "tokenSerial"');
  return { ...rest, token: name === undefined ? { serial: serial! } : { label: name } };
};

const limits = object<LimitsGiven>({
  requestBytes: withDefault(whole(8192, 1_048_576), 40_000),
  concurrency: withDefault(whole(1, 10_000), 256),
  queue: withDefault(whole(0, 100_000), 1024),
  connections: withDefault(whole(1, 100_000), 512),
  deadlineSeconds: withDefault(seconds(0.1, 60), 5000),
  perTenantPerSecond: withDefault(whole(1, 1_000_000), 1000),
  failedBeginsPerTenantPerHour: withDefault(whole(1, 1_000_000_000), DEFAULT_BEGIN_CAP),
  drainSeconds: withDefault(seconds(0, 600), 20_000),
});

type LimitsGiven = Omit<LimitsConfig, 'deadline' | 'drain'> & {
  readonly deadlineSeconds: number;
  readonly drainSeconds: number;
};

const completeLimits: Check<LimitsConfig> = (value, place) => {
  const {
    deadlineSeconds: deadline,
    drainSeconds: drain,
    ...rest
  } = limits(value === undefined ? {} : value, place);
  return { ...rest, deadline, drain };
};

const config = object<VaultNodeConfig>({
  site,
  listen,
  admin: listen,
  tls: optional(tls),
  store: oneOf<SqliteStoreConfig | EtcdStoreConfig>({ sqlite, etcd }),
  hsm: oneOf<SoftwareHsmConfig | Pkcs11HsmConfig>({ software, pkcs11 }),
  frontDoors: mapOf(/^[\w.-]{1,64}$/, 1000, listOf(1, 16, hex(32))),
  policy: withDefault(policy, defaultPolicy),
  limits: completeLimits,
});

/**
 * Checks a configuration, and reads the certificates and keys that it names.
 * @param json what was parsed
 * @param path of the file: relative paths begin at its folder
 * @throws StrongroomError `wrong-usage` that names the field and what it should be
 */
export function parseVaultNodeConfig(json: unknown, path: string): VaultNodeConfig {
  const place = placeOf(path);
  const checked = config(json, place);
  requireTls(checked, place);
  return checked;
}

/** Reads a configuration file. @throws as `parseVaultNodeConfig`, and when the file is no JSON */
export function readVaultNodeConfig(path: string): VaultNodeConfig {
  return parseVaultNodeConfig(readJson(path), path);
}
