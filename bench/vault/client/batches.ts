import { toHex, type Bytes } from '@strongroom/core';
import {
  deal,
  Guess,
  signCommit,
  signPropose,
  valueOf,
  type Dealt,
  type Reply,
} from '@strongroom/vault/testing';
import type { Served } from '../process/vault-process.ts';
import { newAccountId, TENANT, type Call, type Clients } from './clients.ts';

/** Serves requests, so many at once. */
export type Serve = (requests: readonly Bytes[], inFlight: number) => Promise<Served>;

/** The requests of one kind in a batch, and what serving them took. */
export type Leg = Omit<Served, 'answers'>;

/** A batch of retrievals: what a client asks, in this order. */
export interface Retrievals {
  readonly describe: Leg;
  readonly begin: Leg;
  readonly finish: Leg;
}

/** A batch of registrations. */
export interface Registrations {
  readonly describe: Leg;
  readonly propose: Leg;
  readonly commit: Leg;
}

/** A registered account, and its password. */
export interface Account {
  readonly accountId: Bytes;
  readonly dealt: Dealt;
}

const password = 'correct horse battery staple';

/** Registers new accounts. @throws Error when the vault refuses one */
export async function registerAll(
  clients: Clients,
  serve: Serve,
  count: number,
  inFlight: number,
): Promise<{ readonly accounts: readonly Account[]; readonly legs: Registrations }> {
  const { directory, vaultId } = clients;
  const accounts = await each(Array.from({ length: count }, newAccountId), async (accountId) => ({
    accountId,
    dealt: await deal({ directory, accountId, password }),
  }));
  const target = (accountId: Bytes, anchor: Uint8Array): Parameters<typeof signPropose>[0] => ({
    vaultId,
    tenant: TENANT,
    accountId,
    anchor,
  });
  const described = await leg(serve, inFlight, await describeAll(clients, accounts));
  const proposals = await each(accounts, ({ accountId, dealt }, i) => {
    const { anchor, proposeKey } = valueOf(described.replies[i]!, 'described');
    return clients.call(accountId, signPropose(target(accountId, anchor), dealt), proposeKey);
  });
  const proposed = await leg(serve, inFlight, proposals);
  const commits = await each(accounts, ({ accountId, dealt }, i) => {
    const { anchor } = valueOf(proposed.replies[i]!, 'accepted');
    return clients.call(accountId, signCommit(target(accountId, anchor), dealt));
  });
  const committed = await leg(serve, inFlight, commits);
  for (const reply of committed.replies) valueOf(reply, 'accepted');
  return { accounts, legs: { describe: described.leg, propose: proposed.leg, commit: committed.leg } };
}

/** Retrieves the keys of accounts. @throws Error when one is not the key that was registered */
export async function retrieveAll(
  clients: Clients,
  serve: Serve,
  accounts: readonly Account[],
  inFlight: number,
): Promise<Retrievals> {
  const { directory, vaultId } = clients;
  const described = await leg(serve, inFlight, await describeAll(clients, accounts));
  const guesses = accounts.map(
    ({ accountId, dealt: { generation } }) =>
      new Guess({ directory, tenant: TENANT, accountId, generation, password }),
  );
  const begins = await each(accounts, ({ accountId }, i) =>
    clients.call(accountId, guesses[i]!.beginRequest(vaultId)),
  );
  const begun = await leg(serve, inFlight, begins);
  const opened = begun.replies.map((reply, i) => concludeOf(guesses[i]!, vaultId, reply));
  const finishes = await each(accounts, ({ accountId }, i) => {
    const { ticket } = valueOf(begun.replies[i]!, 'begun');
    return clients.call(accountId, opened[i]!.finishRequest(vaultId, ticket));
  });
  const finished = await leg(serve, inFlight, finishes);
  for (const [i, { dealt }] of accounts.entries()) {
    const { backupKey } = await opened[i]!.open(vaultId, valueOf(finished.replies[i]!, 'finished'));
    if (toHex(backupKey) !== toHex(dealt.backupKey)) throw new Error('another key came back');
  }
  return { describe: described.leg, begin: begun.leg, finish: finished.leg };
}

function describeAll(clients: Clients, accounts: readonly Account[]): Promise<readonly Call[]> {
  return each(accounts, ({ accountId }) => clients.call(accountId, { case: 'describe', value: {} }));
}

async function leg(
  serve: Serve,
  inFlight: number,
  calls: readonly Call[],
): Promise<{ readonly leg: Leg; readonly replies: readonly Reply[] }> {
  const requests = calls.map(({ request }) => request);
  const { answers, ...leg } = await serve(requests, inFlight);
  return { leg, replies: calls.map(({ open }, i) => open(answers[i]!)) };
}

function concludeOf(
  guess: Guess,
  vaultId: Bytes,
  reply: Reply,
): Exclude<ReturnType<Guess['conclude']>, string> {
  const result = guess.conclude([[vaultId, valueOf(reply, 'begun')]]);
  if (result === 'wrong-password') throw new Error('the password is wrong');
  return result;
}

/** In turn, so that what one prepares is no longer than needed in memory. */
async function each<T, R>(items: readonly T[], make: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const made: R[] = [];
  for (const [index, item] of items.entries()) made.push(await make(item, index));
  return made;
}
