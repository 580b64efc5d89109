import { client, ready, server } from '@serenity-kit/opaque';
import { cpuSince, type Driven } from './drive.ts';
import { answer } from './remote.ts';

// The server's first login step of opaque-ke, as WebAssembly, and nothing round it: no channel, no count, no disk.

const password = 'correct horse battery staple';
const userIdentifier = 'a user';

/** What this process can be asked. */
export type OpaqueKeHandlers = typeof handlers;

type Login = Parameters<typeof server.startLogin>[0];
let logins: readonly Login[] = [];

const handlers = {
  /** Registers a user and prepares so many logins. */
  open: async (count: number): Promise<void> => {
    await ready;
    const serverSetup = server.createSetup();
    const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
    const { registrationResponse } = server.createRegistrationResponse({
      serverSetup,
      userIdentifier,
      registrationRequest,
    });
    const { registrationRecord } = client.finishRegistration({
      password,
      registrationResponse,
      clientRegistrationState,
    });
    logins = Array.from({ length: count }, () => {
      const { startLoginRequest } = client.startLogin({ password });
      return { serverSetup, userIdentifier, registrationRecord, startLoginRequest };
    });
  },
  /** Answers logins for so many seconds. */
  serve: (seconds: number): Driven => {
    const [cpu, began] = [process.cpuUsage(), performance.now()];
    const latencies: number[] = [];
    let at = began;
    for (let i = 0; at - began < 1000 * seconds; i++) {
      server.startLogin(logins[i % logins.length]!);
      const after = performance.now();
      latencies.push(after - at);
      at = after;
    }
    return { seconds: (at - began) / 1000, cpuSeconds: cpuSince(cpu), latencies };
  },
};

answer(handlers);
