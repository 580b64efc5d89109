import { randomBytes, utf8 } from '@strongroom/core';
import { EtcdConnection } from '@strongroom/vault/etcd';
import { etcdOptions, type EtcdPlace } from '../stores/places.ts';
import { SEALED_RECORD_SIZE } from '../stores/sealed-record.ts';
import { drive, type Driven } from './drive.ts';
import { answer } from './remote.ts';

// Transactions of etcd with a put of a record's size, and nothing round them.

/** How many transactions, how many at once. */
export interface Transactions {
  readonly count: number;
  readonly inFlight: number;
}

/** What this process can be asked. */
export type EtcdHandlers = typeof handlers;

// As many as the accounts that are used: what is overwritten is as often the same.
const keys = 512;
let connection: EtcdConnection;
let headers: Record<string, string>;
let prefix: string;

const handlers = {
  open: async (place: EtcdPlace): Promise<void> => {
    const { endpoints, tls, user } = etcdOptions(place);
    connection = new EtcdConnection(endpoints[0]!, tls);
    const credentials = { name: user!.name, password: user!.password.reveal() };
    headers = { token: (await connection.auth.authenticate(credentials)).token };
    prefix = place.prefix;
  },
  serve: ({ count, inFlight }: Transactions): Promise<Driven> =>
    drive(count, inFlight, async (index) => {
      const put = { key: utf8(`${prefix}${index % keys}`), value: randomBytes(SEALED_RECORD_SIZE) };
      await connection.kv.txn({ success: [{ request: { case: 'requestPut', value: put } }] }, { headers });
    }),
  close: (): void => connection.close(),
};

answer(handlers);
