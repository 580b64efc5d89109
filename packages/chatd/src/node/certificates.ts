import { createHash } from 'node:crypto';
import { isStrongroomError } from '@strongroom/core';
import { expiriesOf, Rereading } from '@strongroom/core/node';
import type { ListeningDoor } from '../serve-front-door.ts';
import type { FrontDoorConfig } from './config/config.ts';
import type { FrontDoorMetrics } from './metrics.ts';
import { nodeTls, type OpenedPool } from './open-pool.ts';
import type { StartOptions } from './start-front-door.ts';

/** Who uses certificates, and who counts how long they last. */
export interface CertificateUsers {
  readonly door: ListeningDoor;
  /** By vaultId. */
  readonly pools: ReadonlyMap<string, OpenedPool>;
  readonly metrics: FrontDoorMetrics;
}

const everyMinute = 60_000;

/** Has new certificates and keys used when the files change; nothing else of the configuration. */
export class Certificates {
  readonly #users: CertificateUsers;
  readonly #options: StartOptions;
  readonly #rereading: Rereading<FrontDoorConfig> | undefined;
  #used: string;

  constructor(users: CertificateUsers, options: StartOptions) {
    const { config, reread, rereadEvery = everyMinute } = options;
    this.#users = users;
    this.#options = options;
    this.#used = secretsOf(config);
    users.metrics.certificates(expiries(config));
    this.#rereading =
      reread &&
      new Rereading({
        read: reread,
        use: (again) => this.#use(again),
        onError: (error) => this.#complain(error),
        every: rereadEvery,
      });
  }

  reload(): void {
    this.#rereading?.now();
  }

  close(): void {
    this.#rereading?.stop();
  }

  #use(config: FrontDoorConfig): void {
    const { door, pools, metrics } = this.#users;
    const found = secretsOf(config);
    if (found === this.#used) return;
    if (config.tls !== undefined)
      door.renew({ certificate: config.tls.certificate, key: config.tls.key.reveal() });
    for (const { vaultId, nodes } of config.vaults)
      for (const node of nodes) {
        const tls = nodeTls(node);
        if (tls !== undefined) pools.get(vaultId)?.nodes.get(node.url)?.renew(tls);
      }
    this.#used = found;
    metrics.certificates(expiries(config));
    this.#options.log.info({}, 'new certificates are in use');
  }

  #complain(error: unknown): void {
    // The text of ours names a file and a field, and quotes no value.
    const why = isStrongroomError(error) ? error.message : 'they make no sense';
    this.#options.log.error({ why }, 'the certificates could not be read again');
  }
}

/** Tells other certificates, keys and passwords from these. */
function secretsOf({ tls, vaults }: FrontDoorConfig): string {
  const ofNodes = vaults.flatMap(({ nodes }) => nodes.map((node) => [node.url, nodeTls(node)]));
  return digestOf(JSON.stringify([tls && [tls.certificate, tls.key.reveal()], ofNodes]));
}

function expiries({ tls, vaults }: FrontDoorConfig): ReadonlyMap<string, number> {
  const ofNodes = vaults.flatMap(({ nodes }) =>
    nodes.flatMap(({ site, tls }) => [
      [`${site} certificate`, tls?.certificate],
      [`${site} certificateAuthority`, tls?.authority],
    ]),
  );
  return expiriesOf({
    'tls.certificate': tls?.certificate,
    ...(Object.fromEntries(ofNodes) as { readonly [name: string]: string | undefined }),
  });
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
