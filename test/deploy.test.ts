import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { parseFrontDoorConfig, startFrontDoor } from '@strongroom/chatd/node';
import { randomBytes, toHex } from '@strongroom/core';
import { signDirectory, signingKeyFromSeed } from '@strongroom/protocol';
import { memberArguments } from '@strongroom/vault/etcd';
import { parseVaultNodeConfig, startVaultNode } from '@strongroom/vault/node';
import { DirectorySchema, SignedDirectorySchema } from '@strongroom/wire/vault';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readYaml, type Yaml } from './kit/plain-yaml.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Mapping = { readonly [key: string]: Yaml };
const read = (path: string): string => readFileSync(join(root, 'deploy', path), 'utf8');
const files = readdirSync(join(root, 'deploy'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name).slice(join(root, 'deploy').length + 1));
const ending = (end: string): string[] => files.filter((file) => file.endsWith(end)).toSorted();
const isConfig = (file: string): boolean => /^(?:vault|chatd)/.test(basename(file));
const configs = ending('.json').filter(isConfig);

/** Everything in a value, however deep, that is a mapping. */
function mappings(value: Yaml): Mapping[] {
  if (Array.isArray(value)) return (value as readonly Yaml[]).flatMap(mappings);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Mapping, ...Object.values(value as Mapping).flatMap(mappings)];
}

/** The values that mappings in it have under a key. */
const under = (value: Yaml, key: string): Yaml[] =>
  mappings(value).flatMap((one) => (one[key] === undefined ? [] : [one[key]]));

/** The same with every absolute path below another folder, and a file at each that only its owner may read. */
function rooted(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith('/')) return withFile(join(folder, value));
  if (Array.isArray(value)) return value.map(rooted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rooted(one)]));
}

function withFile(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'stands for what is there', { mode: 0o600 });
  return path;
}

function nameOf(object: Mapping): string {
  return (object['metadata'] as { readonly name: string }).name;
}

/** The settings of a unit, each with its values. */
function settings(unit: string): Map<string, string[]> {
  const map = new Map<string, string[]>();
  for (const line of read(unit).split('\n'))
    if (/^\w+=/.test(line)) {
      const [name, value] = line.split(/=(.*)/s) as [string, string];
      map.set(name, [...(map.get(name) ?? []), value]);
    }
  return map;
}

describe('configurations', () => {
  test('are there for every way to run it', () => {
    expect(configs).toHaveLength(8);
  });

  test.each(configs)('%s is read as it is meant', (file) => {
    const json = rooted(JSON.parse(read(file)));
    const isVault = basename(file).startsWith('vault');
    const parse = isVault ? parseVaultNodeConfig : parseFrontDoorConfig;
    const { tls } = parse(json, join(folder, 'config.json'));
    expect(tls, 'never without certificates').toBeDefined();
  });
});

describe('YAML', () => {
  test.each(ending('.yaml'))('%s is read, and says on its first line that it was not run', (file) => {
    expect(readYaml(read(file)).length).toBeGreaterThan(0);
    expect(read(file).split('\n', 1)[0]).toContain('Untested');
  });

  test('is refused where it is more than is understood here', () => {
    for (const text of [
      'a: &b 1',
      'a: |\n  b',
      'a: 1\na: 2',
      'a:\n',
      '\ta: 1',
      "a: 'b",
      'a: [b, c]',
      'a: b # c',
    ])
      expect(() => readYaml(text)).toThrow('line');
    expect(readYaml("a:\n- b: 1\n  c: 'it''s'\n-\td".replace('\t', ' '))).toEqual([
      { a: [{ b: 1, c: "it's" }, 'd'] },
    ]);
  });
});

describe('what is not YAML', () => {
  test('says so, too', () => {
    expect(read('docker/Dockerfile').split('\n', 1)[0]).toContain('Untested');
    for (const unit of ending('.service'))
      expect(read(unit).split('\n', 1)[0]).toContain('not run by the tests');
  });
});

describe('Kubernetes', () => {
  const manifests = ending('.yaml').filter(
    (file) => file.startsWith('kubernetes/') && !file.includes('kustomization'),
  );
  const objects = manifests.flatMap((file) => readYaml(read(file)) as readonly Mapping[]);
  const ofKind = (kind: string): Mapping[] => objects.filter((one) => one['kind'] === kind);

  test('has everything in its kustomization, and nothing twice', () => {
    const [kustomization] = readYaml(read('kubernetes/kustomization.yaml')) as readonly Mapping[];
    expect([...(kustomization!['resources'] as readonly string[])].toSorted()).toEqual(
      manifests.map((file) => file.slice('kubernetes/'.length)).toSorted(),
    );
    const names = objects.map((object) => `${object['kind'] as string} ${nameOf(object)}`);
    expect(new Set(names).size).toBe(names.length);
    expect(ofKind('StatefulSet').map(nameOf)).toHaveLength(7);
  });

  test('asks each process how it is where it says so, and gives it the time that it drains', () => {
    for (const set of ofKind('StatefulSet').filter((one) => !nameOf(one).includes('etcd'))) {
      const [container] = under(set, 'containers')[0] as readonly Mapping[];
      const config = String((container!['args'] as readonly string[])[2]);
      const file = configs.find((one) => one.startsWith('kubernetes/') && one.endsWith(basename(config)))!;
      const { listen, admin, limits } = JSON.parse(read(file)) as Record<
        string,
        { port: number; noticeSeconds?: number }
      >;
      const ports = Object.fromEntries(
        (container!['ports'] as readonly { name: string; containerPort: number }[]).map((one) => [
          one.name,
          one.containerPort,
        ]),
      );
      expect(ports).toEqual({ serve: listen!.port, admin: admin!.port });
      const probe = (name: string): Yaml => under(container![name]!, 'path')[0]!;
      expect([probe('livenessProbe'), probe('readinessProbe')]).toEqual(['/healthz', '/readyz']);
      const grace = under(set, 'terminationGracePeriodSeconds')[0] as number;
      expect(grace).toBeGreaterThan(20 + (limits?.noticeSeconds ?? 0));
    }
  });

  test('mounts every file that a configuration names', () => {
    for (const file of configs.filter((one) => one.startsWith('kubernetes/'))) {
      const name = basename(file, '.json')
        .replace('vault-', 'strongroom-vault-')
        .replace('chatd', 'strongroom-chatd');
      const set = ofKind('StatefulSet').find((one) => nameOf(one) === name)!;
      const mounted = under(under(set, 'containers')[0]!, 'mountPath') as string[];
      const paths = read(file)
        .match(/"\/[^"]+"/g)!
        .map((path) => JSON.parse(path) as string);
      expect(paths.length).toBeGreaterThan(4);
      const isMounted = (path: string): boolean => mounted.some((mount) => path.startsWith(`${mount}/`));
      expect(paths.filter((path) => !isMounted(path))).toEqual([]);
    }
  });

  test('lets nobody reach an admin port but the operator, and nobody etcd but vault nodes', () => {
    const rules = ofKind('NetworkPolicy').flatMap(
      (policy) =>
        under(policy, 'ingress')[0] as readonly {
          from?: readonly Mapping[];
          ports: readonly { port: number }[];
        }[],
    );
    const whoReaches = (port: number): string[] =>
      rules
        .filter(({ ports }) => ports.some((one) => one.port === port))
        .flatMap(
          ({ from }) =>
            from?.map((one) => Object.values(under(one, 'matchLabels')[0]!).join()) ?? ['everybody'],
        );
    for (const admin of [7601, 7620, 2381]) expect(whoReaches(admin)).toEqual(['monitoring']);
    expect(whoReaches(2379)).toEqual(['strongroom-vault']);
    expect(whoReaches(2380)).toEqual(['strongroom-etcd']);
    expect(whoReaches(7501)).toEqual(['strongroom-chatd']);
    expect(whoReaches(7420)).toEqual(['everybody']);
  });

  test('keeps a majority of etcd and all but one vault node when machines are emptied', () => {
    const budgets = ofKind('PodDisruptionBudget');
    expect(budgets.map(nameOf)).toEqual(['strongroom-etcd', 'strongroom-vault']);
    for (const budget of budgets) expect(under(budget, 'maxUnavailable')).toEqual([1]);
  });
});

const nameOfFlag = (flag: string): string => `ETCD_${flag.toUpperCase().replaceAll('-', '_')}`;

describe('etcd', () => {
  const tls = { authority: 'a', certificate: 'c', key: 'k' };
  const tested = memberArguments({
    name: 'a',
    dataDir: '/data',
    clusterToken: 'one',
    peers: new Map([['a', 'https://a:2380']]),
    state: 'new',
    listenPeers: 'https://a:2380',
    listenClients: 'https://a:2379',
    clientUrl: 'https://a:2379',
    peerTls: tls,
    clientTls: tls,
  }).map((argument) => /^--([\w-]+)=(.*)$/.exec(argument)!.slice(1, 3) as [string, string]);

  test('has in its environment what the tests run it with', () => {
    const lines = read('systemd/etcd.env')
      .split('\n')
      .filter((line) => line.startsWith('ETCD_'));
    const environment = new Map(lines.map((line) => line.split(/=(.*)/s) as [string, string]));
    expect(tested.filter(([flag]) => !environment.has(nameOfFlag(flag)))).toEqual([]);
    const settled = tested.filter(([, value]) => /^(?:\d+|true|zap|warn)$/.test(value));
    expect(settled.length).toBeGreaterThan(9);
    expect(settled.map(([flag]) => [flag, environment.get(nameOfFlag(flag))])).toEqual(settled);
  });

  test.each(['kubernetes/zones/a.yaml', 'docker/compose.yaml'])(
    'keeps few old values and asks for certificates: %s',
    (file) => {
      const written = read(file);
      const needed = tested.filter(([flag]) => /^(?:max-|snapshot-count|.*client-cert-auth)/.test(flag));
      expect(needed).toHaveLength(5);
      expect(needed.filter(([flag, value]) => !written.includes(`--${flag}=${value}`))).toEqual([]);
    },
  );
});

describe('systemd', () => {
  test.each(ending('.service'))('%s runs as nobody in particular, and may do little', (unit) => {
    const set = settings(unit);
    for (const yes of [
      'NoNewPrivileges',
      'ProtectHome',
      'PrivateTmp',
      'PrivateDevices',
      'RestrictNamespaces',
      'LockPersonality',
    ])
      expect([yes, set.get(yes)]).toEqual([yes, ['yes']]);
    expect(set.get('ProtectSystem')).toEqual(['strict']);
    expect(set.get('CapabilityBoundingSet')).toEqual(['']);
    expect(set.get('LimitCORE')).toEqual(['0']);
    expect(set.get('User')).not.toContain('root');
  });

  test('gives each process the credentials that its configuration names, and starts it as it is meant', () => {
    for (const command of ['vault', 'chatd']) {
      const set = settings(`systemd/strongroom-${command}.service`);
      expect(set.get('ExecStart')).toEqual([
        `/usr/local/bin/strongroom ${command} --config /etc/strongroom/${command}.json`,
      ]);
      const named = [...read(`config/${command}.json`).matchAll(/\/run\/credentials\/([^/]+)\/([\w.]+)"/g)];
      expect(new Set(named.map(([, unit]) => unit))).toEqual(new Set([`strongroom-${command}.service`]));
      const loaded = set.get('LoadCredential')!.map((one) => one.split(':')[0]);
      expect(new Set(named.map(([, , name]) => name))).toEqual(new Set(loaded));
    }
  });
});

describe('Prometheus and Grafana', () => {
  const names = new Set<string>();
  const [alerts] = readYaml(read('prometheus/alerts.yaml')) as readonly Mapping[];
  const rules = under(alerts!, 'rules')[0] as readonly {
    readonly alert: string;
    readonly expr: string;
    readonly annotations: { readonly runbook: string };
  }[];
  const dashboard = JSON.parse(read('grafana/dashboard.json')) as Mapping;

  beforeAll(async () => {
    for (const text of await metricsOfBoth())
      for (const [, name] of text.matchAll(/^# TYPE (\w+)/gm)) names.add(name!);
  });

  const isThere = (name: string): boolean => names.has(name.replace(/_(?:bucket|count|sum)$/, ''));

  test('name metrics that there are', () => {
    const expressions = [...rules.map(({ expr }) => expr), ...(under(dashboard, 'expr') as string[])];
    expect(expressions.length).toBeGreaterThan(30);
    const used = expressions.flatMap((expression) => expression.match(/strongroom_\w+/g) ?? []);
    expect(used.length).toBeGreaterThan(40);
    expect(used.filter((name) => !isThere(name))).toEqual([]);
  });

  test('are explained: every alert has its runbook', () => {
    const headings = readFileSync(join(root, 'docs/operating.md'), 'utf8')
      .split('\n')
      .filter((line) => /^#+ /.test(line))
      .map((line) =>
        line
          .replace(/^#+ /, '')
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, annotations } of rules) {
      const [file, heading] = annotations.runbook.split('#');
      expect([alert, file]).toEqual([alert, 'docs/operating.md']);
      expect([alert, headings.includes(heading!)]).toEqual([alert, true]);
    }
  });

  test('every metric of ours that operating.md names is there', () => {
    const told =
      readFileSync(join(root, 'docs/operating.md'), 'utf8').match(
        /strongroom_(?:vault|front_door)_[a-z]\w+/g,
      ) ?? [];
    expect(told.length).toBeGreaterThan(5);
    expect(told.filter((name) => !isThere(name))).toEqual([]);
  });
});

/** What a vault node and a front door count when they have just started. */
async function metricsOfBoth(): Promise<string[]> {
  const places = { listen: { host: '127.0.0.1', port: 0 }, admin: { host: '127.0.0.1', port: 0 } };
  const at = join(folder, 'processes', 'config.json');
  mkdirSync(dirname(at));
  const key = await signingKeyFromSeed(randomBytes(32));
  const node = await startVaultNode({
    config: parseVaultNodeConfig(
      {
        site: 'a',
        ...places,
        store: { kind: 'sqlite', path: 'records.db' },
        hsm: { kind: 'software', folder: 'hsm' },
        frontDoors: { acme: [toHex(key.publicKey)] },
      },
      at,
    ),
    log: pino({ level: 'silent' }),
  });
  const vaults = [node.vault.describe(1, 'operator 1')];
  const signed = await signDirectory(create(DirectorySchema, { epoch: 1n, threshold: 1, vaults }), [key]);
  writeFileSync(join(dirname(at), 'directory.bin'), toBinary(SignedDirectorySchema, signed));
  writeFileSync(join(dirname(at), 'token.key'), toHex(randomBytes(32)), { mode: 0o600 });
  const door = await startFrontDoor({
    config: parseFrontDoorConfig(
      {
        ...places,
        database: 'front-door.db',
        tenant: 'acme',
        tokenKeyFile: 'token.key',
        directoryFile: 'directory.bin',
        vaults: [{ vaultId: toHex(vaults[0]!.vaultId), nodes: [{ url: node.url }] }],
        codes: { kind: 'log' },
      },
      at,
    ),
    log: { info: () => {}, error: () => {} },
    print: () => {},
  });
  const texts = [node.adminUrl, door.adminUrl].map(async (url) => (await fetch(`${url}/metrics`)).text());
  const both = await Promise.all(texts);
  await door.close();
  await node.close();
  return both;
}
