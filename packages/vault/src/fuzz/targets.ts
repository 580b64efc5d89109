import { ready } from '@strongroom/opaque';
import type { FuzzTarget } from '../../../../tools/fuzz/target.ts';
import { etcdAnswers } from './etcd.ts';
import { handedKeys, transportKeys, wrappedKeys } from './keys-between-nodes.ts';
import { credentials, served, sealedRequests, tickets } from './requests.ts';
import { fleetStates, records, sealedValues, vaultKeys } from './stored.ts';

/** Every decoder of what a vault gets: from clients, from its store, and from other nodes. */
export async function fuzzTargets(): Promise<readonly FuzzTarget[]> {
  await ready();
  const made = [
    ...sealedRequests(),
    await served(),
    await credentials(),
    await tickets(),
    ...(await records()),
    ...(await vaultKeys()),
    await sealedValues(),
    ...(await fleetStates()),
    await transportKeys(),
    ...(await wrappedKeys()),
    ...(await handedKeys()),
    await etcdAnswers(),
  ];
  return made;
}
