import { afterEach, expect, it, vi } from 'vitest';
import { EtcdCluster } from './etcd-cluster.ts';

afterEach(() => vi.unstubAllEnvs());

it('says what to install when etcd is missing', async () => {
  vi.stubEnv('ETCD', '/nowhere/etcd');
  await expect(EtcdCluster.start()).rejects.toThrow('sudo apt-get install etcd-server');
});

it('says what etcd said when it does not start', async () => {
  const starting = EtcdCluster.start({ arguments: ['--no-such-flag'] });
  await expect(starting).rejects.toThrow('flag provided but not defined: -no-such-flag');
});
