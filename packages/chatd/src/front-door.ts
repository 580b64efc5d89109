import type { DatabaseSync } from 'node:sqlite';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ConnectRouter, HandlerContext, ServiceImpl } from '@connectrpc/connect';
import type { Bytes } from '@strongroom/core';
import type { SigningKey } from '@strongroom/protocol';
import { CodeDelivery, FrontDoorService, type FinishSignInResponseSchema } from '@strongroom/wire/front-door';
import { VaultEvent, type SignedDirectory } from '@strongroom/wire/vault';
import {
  answering,
  answeringStream,
  type AnsweringOptions,
  type FrontDoorLog,
  type FrontDoorObserver,
  type Handler,
} from './answering.ts';
import { callerAddress } from './caller-address.ts';
import type { CodeSender } from './code-sender.ts';
import { Devices } from './devices/devices.ts';
import { deviceToWire } from './devices/to-wire.ts';
import { EventsDesk } from './events/events-desk.ts';
import { defaultStreams, type StreamFigures } from './events/event-streams.ts';
import { VaultEvents, type ToldEvent } from './events/vault-events.ts';
import type { Limits } from './limits/limits.ts';
import { relay, type RelayOptions, type VaultConnection } from './relay.ts';
import { Sessions, type Caller, type NewSession } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { untraced, type Span } from './span.ts';
import type { Clock } from './vaults/clock.ts';

/** The ports of a front door. */
export interface FrontDoorOptions {
  readonly database: DatabaseSync;
  readonly send: CodeSender;
  readonly tenant: string;
  readonly tokenKey: SigningKey;
  readonly directory: SignedDirectory;
  /** By vaultId, lower-case hex. */
  readonly vaults: ReadonlyMap<string, VaultConnection>;
  readonly log: FrontDoorLog;
  /** None: whoever runs it for themselves needs none. */
  readonly limits?: Limits;
  readonly observer?: FrontDoorObserver;
  readonly span?: Span;
  /** How many streams of events there may be; see `defaultStreams`. */
  readonly streams?: StreamFigures;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Waits between the heartbeats of streams. */
  readonly clock?: Clock;
}

/** The front door: signs devices in, keeps their sessions, and relays sealed messages that it cannot read. */
export class FrontDoor {
  readonly #options: FrontDoorOptions;
  readonly #signIn: SignIn;
  readonly #sessions: Sessions;
  readonly #devices: Devices;
  readonly #desk: EventsDesk;
  readonly #vaultEvents: VaultEvents;
  readonly #relay: RelayOptions;
  readonly #answering: AnsweringOptions;

  constructor(options: FrontDoorOptions) {
    const now = options.now ?? Date.now;
    this.#options = options;
    const { database, send, tenant, tokenKey, vaults, clock, streams = defaultStreams } = options;
    this.#sessions = new Sessions(database, now);
    this.#desk = new EventsDesk({ database, sessions: this.#sessions, streams, now, clock });
    const { events } = this.#desk;
    this.#devices = new Devices(database, events, now);
    this.#vaultEvents = new VaultEvents({ database, events, devices: this.#devices, now });
    const register = this.#devices.register.bind(this.#devices);
    this.#signIn = new SignIn({ database, send, register, now });
    const onEvent = (told: ToldEvent): void => this.#tell(told);
    this.#relay = { tenant, tokenKey, vaults, now, onEvent };
    const { log, limits, observer = {}, span = untraced } = options;
    this.#answering = { log, limits, observer, span, now };
  }

  /** Whose bearer token an `authorization` header carries. @throws StrongroomError `signed-out` */
  authenticate(authorization: string | null | undefined): Caller {
    return this.#sessions.authenticate(authorization);
  }

  /** Streams of events that are open. */
  get streams(): number {
    return this.#desk.streams;
  }

  /** Does what is due: to be called each second or so. Finds what other processes on the same database recorded. */
  tend(): void {
    this.#vaultEvents.settle();
    this.#desk.tend();
  }

  /** Ends the streams: the process stops. */
  endStreams(): void {
    this.#desk.endStreams();
  }

  /** The routes of FrontDoorService. */
  readonly routes = (router: ConnectRouter): void => {
    router.service(FrontDoorService, {
      startSignIn: this.#handle(async ({ phone }: { phone: string }, context) => {
        this.#answering.limits?.code(context.values.get(callerAddress), this.#answering.now());
        const expiresAt = BigInt(await this.#signIn.start(phone));
        return { expiresAt, delivery: deliveryOf(this.#options.send) };
      }),
      finishSignIn: this.#handle((request: FinishSignIn, context) => this.#finishSignIn(request, context)),
      startSession: this.#handle(async ({ deviceId }: { deviceId: Uint8Array }) => ({
        challenge: this.#sessions.challenge(deviceId),
      })),
      finishSession: this.#handle(async ({ deviceId, challenge, signature }: FinishSession) => ({
        session: toWire(await this.#renew(new Uint8Array(deviceId), new Uint8Array(challenge), signature)),
      })),
      getDirectory: this.#handle(async () => ({ directory: this.#options.directory })),
      relay: this.#handle(async (request: RelayCall, context) => {
        const caller = this.#callerOf(context);
        this.#answering.limits?.sealedRequest(caller.deviceId, this.#answering.now());
        return { sealedAnswer: await relay(this.#relay, caller, request) };
      }),
      ...this.#eventRoutes(),
      ...this.#deviceRoutes(),
    });
  };

  #eventRoutes(): Pick<
    ServiceImpl<typeof FrontDoorService>,
    'watchEvents' | 'acknowledgeEvents' | 'listEvents'
  > {
    return {
      watchEvents: answeringStream(this.#answering, (_, context) =>
        this.#desk.watch(this.#callerOf(context), context.signal),
      ),
      acknowledgeEvents: this.#handle(async ({ number }: { number: bigint }, context) => {
        this.#desk.acknowledge(this.#callerOf(context), number);
        return {};
      }),
      listEvents: this.#handle(async (request: { after: bigint; limit: number }, context) =>
        this.#desk.list(this.#callerOf(context), request),
      ),
    };
  }

  #deviceRoutes(): Pick<ServiceImpl<typeof FrontDoorService>, 'listDevices' | 'revokeDevice' | 'signOut'> {
    return {
      listDevices: this.#handle(async (_: object, context) => {
        const caller = this.#callerOf(context);
        const devices = this.#devices.list(caller.accountId);
        return { devices: devices.map((device) => deviceToWire(device, caller)) };
      }),
      revokeDevice: this.#handle(async ({ deviceId }: { deviceId: Uint8Array }, context) => {
        this.#devices.revoke(this.#callerOf(context), new Uint8Array(deviceId));
        return {};
      }),
      signOut: this.#handle(async (_: object, context) => {
        const caller = this.#callerOf(context);
        this.#devices.revoke(caller, caller.deviceId);
        return {};
      }),
    };
  }

  #callerOf({ requestHeader }: HandlerContext): Caller {
    return this.authenticate(requestHeader.get('authorization'));
  }

  async #renew(deviceId: Bytes, challenge: Bytes, signature: Uint8Array): Promise<NewSession> {
    const session = await this.#sessions.renew(deviceId, challenge, signature);
    this.#devices.seen(deviceId);
    return session;
  }

  async #finishSignIn(
    request: FinishSignIn,
    context: HandlerContext,
  ): Promise<MessageInitShape<typeof FinishSignInResponseSchema>> {
    this.#answering.limits?.codeTry(context.values.get(callerAddress), this.#answering.now());
    const device = { publicKey: request.devicePublicKey, name: request.deviceName };
    const { accountId, deviceId } = this.#signIn.finish(request.phone, request.code, device);
    const session = toWire(this.#sessions.open(deviceId));
    return { tenant: this.#options.tenant, accountId, deviceId, session };
  }

  #handle<Request, Response>(handler: Handler<Request, Response>): Handler<Request, Response> {
    return answering(this.#answering, handler);
  }

  #tell(told: ToldEvent): void {
    if (!this.#vaultEvents.told(told)) return;
    const kind = VaultEvent[told.event] ?? 'UNKNOWN';
    this.#options.log.info({ event: kind }, 'vault event');
    this.#options.observer?.onEvent?.(kind);
  }
}

type FinishSignIn = { phone: string; code: string; devicePublicKey: Uint8Array; deviceName: string };
type FinishSession = { deviceId: Uint8Array; challenge: Uint8Array; signature: Uint8Array };
type RelayCall = { vaultId: Uint8Array; sealedRequest: Uint8Array };

function deliveryOf({ delivery }: CodeSender): CodeDelivery {
  return delivery === 'terminal' ? CodeDelivery.TERMINAL : CodeDelivery.MESSAGE;
}

function toWire({ token, expiresAt }: { token: string; expiresAt: number }): {
  token: string;
  expiresAt: bigint;
} {
  return { token, expiresAt: BigInt(expiresAt) };
}
