import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from '@connectrpc/connect';
import { toHex } from '@strongroom/core';
import { notApplied } from '@strongroom/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EtcdCluster } from '../testing/etcd-cluster.ts';
import { newDevice, SoftHsm } from '../testing/index.ts';
import { TestNode } from '../testing/test-node.ts';

// Of a machine that does many other things.
const patience = { timeout: 20_000 };
const folder = mkdtempSync(join(tmpdir(), 'real-parts-'));
let etcd: EtcdCluster;
let softHsm: SoftHsm;
let node: TestNode;

const secretFile = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};

beforeAll(async () => {
  etcd = await EtcdCluster.start();
  softHsm = new SoftHsm();
  const { options } = softHsm.makeToken('strongroom-a');
  node = await TestNode.start({
    config: {
      store: etcdConfig(),
      hsm: { kind: 'pkcs11', module: options.module, token: 'strongroom-a', pinFile: options.pinFile },
    },
  });
});

afterAll(async () => {
  await node.remove();
  softHsm.remove();
  await etcd.stop();
  rmSync(folder, { recursive: true });
});

function etcdConfig(): object {
  const { endpoints, tls, user, prefix } = etcd.storeOptions();
  return {
    kind: 'etcd',
    endpoints,
    authority: secretFile('ca.pem', tls!.authority),
    certificate: secretFile('client.pem', tls!.certificate),
    key: secretFile('client.key', tls!.key.reveal()),
    user: user!.name,
    passwordFile: secretFile('password', `${user!.password.reveal()}\n`),
    prefix,
  };
}

it('a node over etcd and a PKCS#11 token serves, and says which of them is away', async () => {
  const device = newDevice(node);
  const dealt = await device.register('mint garage 42');
  expect(await device.open('mint garage 42', dealt)).toBe(toHex(dealt.backupKey));
  expect(await node.admin('/readyz')).toEqual({ status: 200, body: 'ready\n' });
  await etcd.kill(1);
  const error: unknown = await device.describe(1).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: Code.Unavailable });
  expect(notApplied(error)).toBeDefined();
  await expect.poll(() => node.admin('/readyz'), patience).toEqual({ status: 503, body: 'store\n' });
  const { body } = await node.admin('/metrics');
  expect(body).toMatch(/strongroom_vault_etcd_attempt_errors_total\{code="\w+"\} [1-9]/);
  await etcd.restart(1);
  await expect.poll(() => node.admin('/readyz'), patience).toEqual({ status: 200, body: 'ready\n' });
  expect(await device.open('mint garage 42', dealt)).toBe(toHex(dealt.backupKey));
});
