/** A certificate and its key, as the paths of PEM files. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Whom one side of etcd proves itself to, and whom it believes. */
export interface MemberTls extends CertificateFiles {
  /** The file of the authority that signs those who may connect. */
  readonly authority: string;
}

/** One member of a cluster. Times are milliseconds. */
export interface EtcdMember {
  /** Different for each member. */
  readonly name: string;
  /** Its database and write-ahead log; made if missing, and private. */
  readonly dataDir: string;
  /** The same at all members, another one for every cluster. */
  readonly clusterToken: string;
  /** Every member's name and the URL at which the others reach it. */
  readonly peers: ReadonlyMap<string, string>;
  /** `new`: the cluster starts; `existing`: this member was added to one that runs. */
  readonly state: 'new' | 'existing';
  /** Where it listens for other members, and for clients: `https://address:port`. */
  readonly listenPeers: string;
  readonly listenClients: string;
  /** Where clients reach it. */
  readonly clientUrl: string;
  /** Between members. The authority signs members and nobody else: who it signs can write as etcd itself. */
  readonly peerTls: MemberTls;
  /** To clients, who need a certificate of this authority. */
  readonly clientTls: MemberTls;
  /** About the round trip to the other members; 100. */
  readonly heartbeat?: number;
  /** Five to ten times the heartbeat; 1000. */
  readonly election?: number;
}

const quota = 8 * 1024 ** 3;

/**
 * The arguments of Debian's `etcd` (3.4; 3.5 has the same) for a member that holds records: TLS on both sides, as
 * little left of overwritten values in logs and snapshots as etcd allows, warnings on standard error.
 */
export function memberArguments(member: EtcdMember): readonly string[] {
  const { name, dataDir, clusterToken, peers, state, heartbeat = 100, election = 1000 } = member;
  return Object.entries({
    name,
    'data-dir': dataDir,
    'initial-cluster-token': clusterToken,
    'initial-cluster': [...peers].map(([peer, url]) => `${peer}=${url}`).join(','),
    'initial-cluster-state': state,
    ...addresses(member),
    ...tls(member),
    'heartbeat-interval': heartbeat,
    'election-timeout': election,
    // A member that comes back from a partition asks before it makes the others elect.
    'pre-vote': true,
    // Old values live on in logs and snapshots until these are removed.
    'snapshot-count': 10_000,
    'max-snapshots': 1,
    'max-wals': 1,
    'quota-backend-bytes': quota,
    logger: 'zap',
    'log-outputs': 'stderr',
    'log-level': 'warn',
  }).map(([flag, value]) => `--${flag}=${value}`);
}

function addresses({ name, peers, listenPeers, listenClients, clientUrl }: EtcdMember): object {
  return {
    'initial-advertise-peer-urls': peers.get(name),
    'listen-peer-urls': listenPeers,
    'listen-client-urls': listenClients,
    'advertise-client-urls': clientUrl,
  };
}

function tls({ peerTls, clientTls }: EtcdMember): object {
  return {
    'peer-client-cert-auth': true,
    'peer-trusted-ca-file': peerTls.authority,
    'peer-cert-file': peerTls.certificate,
    'peer-key-file': peerTls.key,
    'client-cert-auth': true,
    'trusted-ca-file': clientTls.authority,
    'cert-file': clientTls.certificate,
    'key-file': clientTls.key,
  };
}
