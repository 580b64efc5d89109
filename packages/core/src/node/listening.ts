import type { AddressInfo } from 'node:net';
import { StrongroomError } from '../index.ts';
import type { ListenConfig } from './config-file.ts';

/** What of a server is needed to have it listen. */
export interface Listening {
  listen(options: ListenConfig, done: () => void): unknown;
  once(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/**
 * Has a server listen.
 * @param field of the configuration that says where
 * @throws StrongroomError `wrong-usage` when the address cannot be used
 */
export function listenOn(server: Listening, { host, port }: ListenConfig, field: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      const why = `Port ${port} of ${host} cannot be used. Choose another as "${field}".`;
      reject(new StrongroomError('wrong-usage', { why }, { cause }));
    };
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

/** The address at which a server can be asked. */
export function urlOf(scheme: string, host: string, { port }: AddressInfo): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
