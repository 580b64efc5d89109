import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@strongroom/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EtcdCluster, newDevice } from '../testing/index.ts';
import { TestNode } from '../testing/test-node.ts';

const folder = mkdtempSync(join(tmpdir(), 'other-cluster-'));
let right: EtcdCluster;
let empty: EtcdCluster;
let prefix: string;
let node: TestNode;

beforeAll(async () => {
  [right, empty] = await Promise.all([EtcdCluster.start(), EtcdCluster.start()]);
  prefix = right.storeOptions().prefix;
});
afterAll(async () => {
  await node.remove();
  await Promise.all([right.stop(), empty.stop()]);
  rmSync(folder, { recursive: true });
});

const secretFile = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};

function storeAt(cluster: EtcdCluster, clusterId?: string): object {
  const { endpoints, tls, user } = cluster.storeOptions();
  return {
    kind: 'etcd',
    endpoints,
    authority: secretFile('ca.pem', tls!.authority),
    certificate: secretFile('client.pem', tls!.certificate),
    key: secretFile('client.key', tls!.key.reveal()),
    user: user!.name,
    passwordFile: secretFile('password', user!.password.reveal()),
    prefix,
    ...(clusterId !== undefined && { clusterId }),
  };
}

describe('a node that knows its etcd cluster by id', () => {
  let clusterId: string;

  it('is told the id by the log of one that does not', async () => {
    node = await TestNode.start({ config: { store: storeAt(right) } });
    const ready = node.logged
      .map((line) => JSON.parse(line) as Record<string, string>)
      .find(({ msg }) => msg === 'ready');
    clusterId = ready!['etcdCluster']!;
    const { header } = await right.asRoot(1, ({ maintenance }, options) => maintenance.status({}, options));
    expect(BigInt(`0x${clusterId}`)).toBe(header!.clusterId);
  });

  it('serves over that cluster', async () => {
    const dealt = await newDevice(node).register('mint garage 42');
    const same = await node.beside({ config: { store: storeAt(right, clusterId) } });
    const device = newDevice(same);
    expect(await device.open('any', dealt)).toBe('not-registered');
    await same.stop();
    expect(toHex(same.directory.vaults[0]!.vaultId)).toBe(toHex(node.directory.vaults[0]!.vaultId));
  });

  it('does not begin anew with an empty one that answers in its place, and says what to do', async () => {
    const refused = node.beside({ config: { store: storeAt(empty, clusterId) } });
    await expect(refused).rejects.toMatchObject({
      code: 'wrong-usage',
      message: expect.stringMatching(/"store.clusterId" .* empty one .* disks/) as string,
    });
    const found = await empty.asRoot(1, ({ kv }, options) =>
      kv.range({ key: new Uint8Array([0]), rangeEnd: new Uint8Array([0]) }, options),
    );
    expect(found.kvs).toEqual([]);
  });
});
