import { createHash } from 'node:crypto';
import { expiriesOf, Rereading } from '@strongroom/core/node';
import type { Logger } from 'pino';
import { EtcdStore } from '../records/etcd/etcd-store.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { VaultNodeConfig } from './config/config.ts';
import { etcdAccess } from './open-parts.ts';
import type { Http2Listener } from './server/http2-server.ts';
import { describeError } from './watch/describe-error.ts';
import type { NodeMetrics } from './watch/metrics.ts';

/** Who uses certificates, and who hears of them. */
export interface CertificateUsers {
  readonly listener: Http2Listener;
  readonly store: RecordStore;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

/** Where new certificates come from. */
export interface CertificateSource {
  readonly config: VaultNodeConfig;
  readonly reread?: () => VaultNodeConfig;
  readonly rereadEvery: number;
}

/** Has new certificates, keys and etcd's password used when the files change; nothing else of the configuration. */
export class Certificates {
  readonly #users: CertificateUsers;
  readonly #rereading: Rereading<VaultNodeConfig> | undefined;
  #used: string;

  constructor(users: CertificateUsers, { config, reread, rereadEvery }: CertificateSource) {
    this.#users = users;
    this.#used = secretsOf(config);
    users.metrics.certificates(expiries(config));
    this.#rereading =
      reread &&
      new Rereading({
        read: reread,
        use: (again) => this.#use(again),
        onError: (error) =>
          users.log.error({ error: describeError(error) }, 'the certificates could not be read again'),
        every: rereadEvery,
      });
  }

  reload(): void {
    this.#rereading?.now();
  }

  close(): void {
    this.#rereading?.stop();
  }

  #use(config: VaultNodeConfig): void {
    const { listener, store, metrics, log } = this.#users;
    const found = secretsOf(config);
    if (found === this.#used) return;
    if (config.tls !== undefined) listener.renew(config.tls);
    if (config.store.kind === 'etcd' && store instanceof EtcdStore) store.renew(etcdAccess(config.store));
    this.#used = found;
    metrics.certificates(expiries(config));
    log.info({}, 'new certificates are in use');
  }
}

/** Tells other certificates, keys and passwords from these. */
function secretsOf({ tls, store }: VaultNodeConfig): string {
  const etcd = store.kind === 'etcd' ? store : undefined;
  const secrets = JSON.stringify([
    tls && [tls.certificate, tls.key.reveal(), tls.clientAuthority],
    etcd?.tls && [etcd.tls.authority, etcd.tls.certificate, etcd.tls.key.reveal()],
    etcd?.user && [etcd.user.name, etcd.user.password.reveal()],
  ]);
  return digestOf(secrets);
}

function expiries({ tls, store }: VaultNodeConfig): ReadonlyMap<string, number> {
  const etcd = store.kind === 'etcd' ? store.tls : undefined;
  return expiriesOf({
    'tls.certificate': tls?.certificate,
    'tls.clientAuthority': tls?.clientAuthority,
    'store.certificate': etcd?.certificate,
    'store.authority': etcd?.authority,
  });
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
