import { describe, expect, it } from 'vitest';
import { memberArguments, type EtcdMember } from './member.ts';

const member: EtcdMember = {
  name: 'paris',
  dataDir: '/var/lib/etcd',
  clusterToken: 'vault 1',
  peers: new Map([
    ['paris', 'https://paris.example:2380'],
    ['oslo', 'https://oslo.example:2380'],
  ]),
  state: 'new',
  listenPeers: 'https://192.0.2.1:2380',
  listenClients: 'https://192.0.2.1:2379',
  clientUrl: 'https://paris.example:2379',
  peerTls: { authority: '/p/ca.pem', certificate: '/p/paris.pem', key: '/p/paris.key' },
  clientTls: { authority: '/c/ca.pem', certificate: '/c/paris.pem', key: '/c/paris.key' },
};

describe('a member', () => {
  it('knows the others and where it is reached', () => {
    const args = memberArguments(member);
    expect(args).toEqual(
      expect.arrayContaining([
        '--initial-cluster=paris=https://paris.example:2380,oslo=https://oslo.example:2380',
        '--initial-advertise-peer-urls=https://paris.example:2380',
        '--advertise-client-urls=https://paris.example:2379',
        '--initial-cluster-state=new',
      ]),
    );
    expect(memberArguments({ ...member, state: 'existing' })).toContain('--initial-cluster-state=existing');
  });

  it('lets in whom one authority signed as members, and whom another signed as clients', () => {
    expect(memberArguments(member)).toEqual(
      expect.arrayContaining([
        '--peer-client-cert-auth=true',
        '--peer-trusted-ca-file=/p/ca.pem',
        '--client-cert-auth=true',
        '--trusted-ca-file=/c/ca.pem',
      ]),
    );
  });

  it('keeps as little as it can of what was overwritten', () => {
    expect(memberArguments(member)).toEqual(
      expect.arrayContaining(['--snapshot-count=10000', '--max-wals=1', '--max-snapshots=1']),
    );
  });

  it('waits for others as long as it is told to', () => {
    expect(memberArguments({ ...member, heartbeat: 200, election: 2000 })).toEqual(
      expect.arrayContaining(['--heartbeat-interval=200', '--election-timeout=2000']),
    );
    expect(memberArguments(member)).toContain('--election-timeout=1000');
  });
});
