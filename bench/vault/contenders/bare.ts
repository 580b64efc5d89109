import type { Driven } from '../process/drive.ts';
import type { EtcdHandlers } from '../process/etcd-process.ts';
import type { OpaqueKeHandlers } from '../process/opaque-ke-process.ts';
import { Remote } from '../process/remote.ts';
import type { EtcdPlace } from '../stores/places.ts';
import type { Contender, Effort } from './contender.ts';

// What the vault is compared with: only the arithmetic, only the store.

/** Its name in reports. */
export const OPAQUE_KE = 'opaque-ke (WASM), login step';

/** The server's first login step of `@serenity-kit/opaque`. */
export async function openOpaqueKe({ seconds, batch }: Effort): Promise<Contender> {
  const remote = new Remote<OpaqueKeHandlers>('./opaque-ke-process.ts');
  await remote.ask('open', batch);
  const turn = async (length: number): Promise<Driven> => remote.ask('serve', length);
  await turn(seconds);
  return {
    name: OPAQUE_KE,
    turn: async (round) => {
      const driven = await turn(seconds);
      return [{ contender: OPAQUE_KE, kind: 'step', round, count: driven.latencies.length, ...driven }];
    },
    close: () => remote.end(),
  };
}

/** Transactions of a cluster, each with a put of a record's size. */
export async function openTransactions(
  name: string,
  place: EtcdPlace,
  { seconds, batch, inFlight }: Effort,
): Promise<Contender> {
  const remote = new Remote<EtcdHandlers>('./etcd-process.ts');
  await remote.ask('open', place);
  return {
    name,
    turn: async (round) => {
      const samples = [];
      for (let served = 0; served < seconds;) {
        const driven = await remote.ask('serve', { count: batch, inFlight });
        served += driven.seconds;
        samples.push({ contender: name, kind: 'transaction' as const, round, count: batch, ...driven });
      }
      return samples;
    },
    close: async () => {
      await remote.ask('close');
      await remote.end();
    },
  };
}
