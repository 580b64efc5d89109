import { existsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import {
  consoleSender,
  defaultLimits,
  FrontDoor,
  Limits,
  openFrontDoorDatabase,
  serveFrontDoor,
  type ListeningDoor,
} from '@strongroom/chatd';
import { isStrongroomError, StrongroomError, toHex } from '@strongroom/core';
import { openSoftwareHsm, SqliteStore, Vault, type Hsm, type RecordStore } from '@strongroom/vault';
import type { Policy } from '@strongroom/wire/vault';
import { lockFolder } from '@strongroom/client/node';
import { localNames, openLocalTls, type LocalTls } from './https/local-tls.ts';
import { mountAuthority } from './https/mount-authority.ts';
import { mountCloud } from './mount-cloud.ts';
import { openDirectoryFile, openSigningKey } from './server-keys.ts';
import { mountApp } from './web-app.ts';

/** The messaging service that the all-in-one front door speaks for. */
const tenant = 'strongroom';

// How often keys that are due are destroyed although nobody asks, milliseconds.
const tendEvery = 3_600_000;

// How often the certificate is looked at, milliseconds: addresses change more often than it ends.
const renewEvery = 60_000;

// Requests under way may take so long to end when the server stops, milliseconds.
const closingGrace = 3000;

/** Where and how everything runs on one machine. */
export interface AllInOneOptions {
  /** Holds all state; made if missing. */
  readonly data: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Speaks HTTPS, with a certificate of an authority of its own. */
  readonly https?: boolean;
  readonly policy?: Policy;
  /** Where the built app is; without it a page says that there is none. */
  readonly app?: string | undefined;
  readonly log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
  /** Writes one line where the operator sees it. */
  readonly print: (line: string) => void;
  /** Stands between the vault and its records: for tests that cut the power between two writes. */
  readonly wrapRecords?: (records: RecordStore) => RecordStore;
}

/** Vault, front door and cloud, running. */
export interface AllInOne {
  readonly url: string;
  /** SHA-256 of the list of vaults, hex. */
  readonly directorySha256: string;
  /** How others come to trust it, where HTTPS is spoken. */
  readonly tls: LocalTls | undefined;
  /** Answers what is being served, three seconds long at most, then stops. */
  close(): Promise<void>;
}

/** Starts vault, front door and built-in cloud in this process. */
export async function startAllInOne(options: AllInOneOptions): Promise<AllInOne> {
  const { data } = options;
  await mkdir(join(data, 'vault'), { recursive: true, mode: 0o700 });
  await chmod(data, 0o700);
  const lock = lockFolder(data);
  const tokenKey = await openSigningKey(join(data, 'front-door.key'));
  const vault = await openVault(options, tokenKey.publicKey);
  const description = vault.describe(1, 'this machine');
  const directoryKey = await openSigningKey(join(data, 'directory.key'));
  const directory = await openDirectoryFile(join(data, 'directory.bin'), 1, [description], directoryKey);
  const database = openFrontDoorDatabase(join(data, 'front-door.db'));
  const frontDoor = new FrontDoor({
    database,
    send: consoleSender(join(data, 'outbox.log'), options.print),
    tenant,
    tokenKey,
    directory: directory.signed,
    vaults: new Map([[toHex(description.vaultId), (request) => vault.serve(request)]]),
    log: options.log,
    // Whoever is on the network reaches it then.
    ...(options.https === true && { limits: new Limits(defaultLimits) }),
  });
  const tls = options.https === true ? openTls(options) : undefined;
  const door = await listen(frontDoor, options, tls);
  const tending = keepTending(vault, options.log);
  const renewing = tls && keepRenewing(door, options);
  return {
    url: door.url,
    directorySha256: directory.sha256,
    tls,
    close: async () => {
      clearInterval(tending);
      clearInterval(renewing);
      await closeAll(door, vault, database, lock);
    },
  };
}

function keepTending(vault: Vault, log: AllInOneOptions['log']): NodeJS.Timeout {
  const tend = (): void => {
    vault.tend().catch((error: unknown) => log.error({ err: error }, 'the vault could not be tended'));
  };
  return setInterval(tend, tendEvery).unref();
}

function openTls({ data }: AllInOneOptions): LocalTls {
  return openLocalTls(join(data, 'https'), localNames(), Date.now());
}

// A laptop gets another address in another network.
function keepRenewing(door: ListeningDoor, options: AllInOneOptions): NodeJS.Timeout {
  const renew = (): void => {
    try {
      door.renew(openTls(options).server);
    } catch (error) {
      options.log.error({ err: error }, 'the certificate could not be renewed');
    }
  };
  return setInterval(renew, renewEvery).unref();
}

async function openVault(
  { data, policy, wrapRecords }: AllInOneOptions,
  frontDoorKey: Uint8Array<ArrayBuffer>,
): Promise<Vault> {
  const hsm = openHsm(join(data, 'vault'));
  const records = new SqliteStore(join(data, 'vault', 'records.db'));
  return Vault.open({
    store: wrapRecords ? wrapRecords(records) : records,
    hsm,
    frontDoors: new Map([[tenant, [frontDoorKey]]]),
    ...(policy && { policy }),
  });
}

// There was one key for ever once, in a file.
function openHsm(folder: string): Hsm {
  if (!existsSync(join(folder, 'hsm.key'))) return openSoftwareHsm(join(folder, 'hsm'));
  const why = `The vault in ${folder} is of an earlier version, whose records this one does not open. Start with another --data, and turn backups on anew; or go on with the version that made it.`;
  throw new StrongroomError('wrong-usage', { why });
}

async function listen(
  frontDoor: FrontDoor,
  { data, host, port, app }: AllInOneOptions,
  tls: LocalTls | undefined,
): Promise<ListeningDoor> {
  const mount = [
    mountCloud(frontDoor, join(data, 'cloud')),
    ...(tls ? [mountAuthority(tls.authority)] : []),
    mountApp(app),
  ];
  const secure = tls && { tls: tls.server, http2: true };
  try {
    return await serveFrontDoor(frontDoor, { host, port, mount, ...secure });
  } catch (cause) {
    if (!isStrongroomError(cause, 'wrong-usage')) throw cause;
    const why = `${cause.details.why} Choose another with --port.`;
    throw new StrongroomError('wrong-usage', { why }, { cause });
  }
}

async function closeAll(
  door: ListeningDoor,
  vault: Vault,
  database: DatabaseSync,
  lock: DatabaseSync,
): Promise<void> {
  await door.close(closingGrace);
  await vault.close();
  database.close();
  lock.close();
}
