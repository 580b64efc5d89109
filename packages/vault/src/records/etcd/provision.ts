import type { CallOptions } from '@connectrpc/connect';
import { utf8, type Secret } from '@strongroom/core';
import { Permission_Type } from '@strongroom/wire/etcd';
import { EtcdConnection, type EtcdTls } from './connection.ts';
import { rangeOf } from './keys.ts';

/** Who may use a new cluster. */
export interface Provision {
  /** Any of the cluster's. */
  readonly endpoint: string;
  readonly tls: EtcdTls;
  /** Of etcd's user root, who may do everything. */
  readonly rootPassword: Secret<string>;
  /** The vault's user, and the prefix under which alone it reads and writes. */
  readonly user: { readonly name: string; readonly password: Secret<string> };
  readonly prefix: string;
}

const timeoutMs = 10_000;

/**
 * Makes the users of a cluster that has none, and turns authentication on: from then on nobody gets in without.
 * @throws ConnectError of the first step that etcd refused
 */
export async function provision({ endpoint, tls, rootPassword, user, prefix }: Provision): Promise<void> {
  const connection = new EtcdConnection(endpoint, tls);
  const options = { timeoutMs };
  try {
    await addUser(connection, options, { name: 'root', password: rootPassword });
    await addUser(connection, options, user);
    const { first, end } = rangeOf(utf8(prefix));
    const perm = { permType: Permission_Type.READWRITE, key: first, rangeEnd: end };
    await connection.auth.roleGrantPermission({ name: user.name, perm }, options);
    await connection.auth.authEnable({}, options);
  } finally {
    connection.close();
  }
}

// A user, and a role of the same name. The role root is there already.
async function addUser(
  { auth }: EtcdConnection,
  options: CallOptions,
  { name, password }: Provision['user'],
): Promise<void> {
  await auth.userAdd({ name, password: password.reveal() }, options);
  if (name !== 'root') await auth.roleAdd({ name }, options);
  await auth.userGrantRole({ user: name, role: name }, options);
}
