import { createClient, type Client, type Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { StrongroomError, fromHex, randomBytes, toHex, type Bytes } from '@strongroom/core';
import {
  fromRpcError,
  openDirectory,
  sessionSigned,
  signingKeyFromSeed,
  type CheckedDirectory,
} from '@strongroom/protocol';
import {
  CodeDelivery,
  FrontDoorService,
  type Device as WireDevice,
  type ListEventsResponse,
  type SecurityEvent as WireEvent,
  type Session,
} from '@strongroom/wire/front-door';
import type { AccountState } from './device-state.ts';

const requestTimeout = 30_000;

/** Makes the transport to a front door; a port, so that tests can stand in between. */
export type MakeTransport = (server: string) => Transport;

/** Connect's protocol over the platform's fetch. */
export const fetchTransport: MakeTransport = (server) =>
  createConnectTransport({ baseUrl: server, useBinaryFormat: true, defaultTimeoutMs: requestTimeout });

/** A code that was sent. */
export interface SentCode {
  /** When it ends, milliseconds since 1970. */
  readonly expiresAt: number;
  /** It is shown in the terminal where the front door runs, rather than sent to the phone. */
  readonly inTerminal: boolean;
}

/** Typed calls to a front door, for a device that may not be signed in yet. */
export class FrontDoorClient {
  readonly server: string;
  readonly #rpc: Client<typeof FrontDoorService>;

  constructor(server: string, makeTransport: MakeTransport) {
    this.server = server;
    this.#rpc = createClient(FrontDoorService, makeTransport(server));
  }

  /** Has a code sent. */
  async startSignIn(phone: string, signal?: AbortSignal): Promise<SentCode> {
    const { expiresAt, delivery } = await this.#call(
      (rpc, options) => rpc.startSignIn({ phone }, options),
      signal,
    );
    return { expiresAt: Number(expiresAt), inTerminal: delivery === CodeDelivery.TERMINAL };
  }

  /** Registers this device. @throws StrongroomError `wrong-code` */
  async finishSignIn(
    phone: string,
    code: string,
    deviceName: string,
    signal?: AbortSignal,
  ): Promise<
    Pick<AccountState, 'server' | 'tenant' | 'accountId' | 'deviceId' | 'deviceKeySeed' | 'session'>
  > {
    const seed = randomBytes(32);
    const { publicKey: devicePublicKey } = await signingKeyFromSeed(seed);
    const request = { phone, code, devicePublicKey, deviceName };
    const answer = await this.#call((rpc, options) => rpc.finishSignIn(request, options), signal);
    return {
      server: this.server,
      tenant: answer.tenant,
      accountId: toHex(answer.accountId),
      deviceId: toHex(answer.deviceId),
      deviceKeySeed: toHex(seed),
      ...(answer.session && { session: fromWire(answer.session) }),
    };
  }

  /** The newest list of vaults, checked against the pinned hash. */
  async directory(pinned: string | null, signal?: AbortSignal): Promise<CheckedDirectory> {
    const { directory } = await this.#call((rpc, options) => rpc.getDirectory({}, options), signal);
    return openDirectory(
      directory ?? {
        $typeName: 'strongroom.v1.SignedDirectory',
        directory: new Uint8Array(),
        signatures: [],
      },
      pinned,
    );
  }

  /** A new session for a device, by its key. @throws StrongroomError `signed-out` when the front door no longer knows it */
  async renewSession(
    account: AccountState,
    signal?: AbortSignal,
  ): Promise<NonNullable<AccountState['session']>> {
    const deviceId = fromHex(account.deviceId);
    const key = await signingKeyFromSeed(fromHex(account.deviceKeySeed));
    const { challenge } = await this.#call((rpc, options) => rpc.startSession({ deviceId }, options), signal);
    const signature = await key.sign(sessionSigned(deviceId, challenge));
    const answer = await this.#call(
      (rpc, options) => rpc.finishSession({ deviceId, challenge, signature }, options),
      signal,
    );
    if (!answer.session) throw new StrongroomError('malformed', { what: 'what the front door answered' });
    return fromWire(answer.session);
  }

  /** Has a sealed request carried to a vault. */
  async relay(
    token: string,
    vaultId: Uint8Array,
    sealedRequest: Uint8Array,
    signal?: AbortSignal,
  ): Promise<Bytes> {
    const { sealedAnswer } = await this.#callAs(
      token,
      (rpc, options) => rpc.relay({ vaultId, sealedRequest }, options),
      signal,
    );
    return new Uint8Array(sealedAnswer);
  }

  /**
   * What happened to the account and this device has not acknowledged, then what happens; `undefined` when nothing did
   * for some time.
   */
  async *watchEvents(token: string, signal: AbortSignal): AsyncGenerator<WireEvent | undefined> {
    const headers = { authorization: `Bearer ${token}` };
    try {
      // A stream has no deadline.
      const messages = this.#rpc.watchEvents({}, { signal, headers, timeoutMs: 0 });
      for await (const { message } of messages) yield message.case === 'event' ? message.value : undefined;
    } catch (error) {
      throw fromRpcError(error, this.server);
    }
  }

  /** The device needs not be sent any more what it has taken. */
  async acknowledgeEvents(token: string, number: number, signal?: AbortSignal): Promise<void> {
    const request = { number: BigInt(number) };
    await this.#callAs(token, (rpc, options) => rpc.acknowledgeEvents(request, options), signal);
  }

  /** The next events after a number, the oldest first. */
  listEvents(token: string, after: number, signal?: AbortSignal): Promise<ListEventsResponse> {
    const request = { after: BigInt(after), limit: 0 };
    return this.#callAs(token, (rpc, options) => rpc.listEvents(request, options), signal);
  }

  async listDevices(token: string, signal?: AbortSignal): Promise<WireDevice[]> {
    const { devices } = await this.#callAs(token, (rpc, options) => rpc.listDevices({}, options), signal);
    return devices;
  }

  /** Signs a device of the account out. @throws StrongroomError `wrong-usage` when there is no such device */
  async revokeDevice(token: string, deviceId: Bytes, signal?: AbortSignal): Promise<void> {
    await this.#callAs(token, (rpc, options) => rpc.revokeDevice({ deviceId }, options), signal);
  }

  /** Signs this device out. */
  async signOut(token: string, signal?: AbortSignal): Promise<void> {
    await this.#callAs(token, (rpc, options) => rpc.signOut({}, options), signal);
  }

  #callAs<T>(
    token: string,
    call: (
      rpc: Client<typeof FrontDoorService>,
      options: { signal?: AbortSignal; headers: HeadersInit },
    ) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const headers = { authorization: `Bearer ${token}` };
    return this.#call((rpc, options) => call(rpc, { ...options, headers }), signal);
  }

  async #call<T>(
    call: (rpc: Client<typeof FrontDoorService>, options: { signal?: AbortSignal }) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    try {
      return await call(this.#rpc, signal === undefined ? {} : { signal });
    } catch (error) {
      throw fromRpcError(error, this.server);
    }
  }
}

function fromWire({ token, expiresAt }: Session): { token: string; expiresAt: number } {
  return { token, expiresAt: Number(expiresAt) };
}
