import type { DatabaseSync } from 'node:sqlite';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ConnectRouter, HandlerContext } from '@connectrpc/connect';
import type { Bytes } from '@strongroom/core';
import type { SigningKey } from '@strongroom/protocol';
import { FrontDoorService, type FinishSignInResponseSchema } from '@strongroom/wire/front-door';
import { VaultEvent, type SignedDirectory } from '@strongroom/wire/vault';
import {
  answering,
  type AnsweringOptions,
  type FrontDoorLog,
  type FrontDoorObserver,
  type Handler,
} from './answering.ts';
import { callerAddress } from './caller-address.ts';
import type { CodeSender } from './code-sender.ts';
import type { Limits } from './limits/limits.ts';
import { relay, type RelayOptions, type VaultConnection } from './relay.ts';
import { Sessions, type Caller } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { untraced, type Span } from './span.ts';

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
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** The front door: signs devices in, keeps their sessions, and relays sealed messages that it cannot read. */
export class FrontDoor {
  readonly #options: FrontDoorOptions;
  readonly #signIn: SignIn;
  readonly #sessions: Sessions;
  readonly #relay: RelayOptions;
  readonly #answering: AnsweringOptions;

  constructor(options: FrontDoorOptions) {
    const now = options.now ?? Date.now;
    this.#options = options;
    this.#signIn = new SignIn(options.database, options.send, now);
    this.#sessions = new Sessions(options.database, now);
    const { tenant, tokenKey, vaults } = options;
    const onEvent: RelayOptions['onEvent'] = (accountId, event, eventId) =>
      this.#recordEvent({ accountId, event, eventId, now: now() });
    this.#relay = { tenant, tokenKey, vaults, now, onEvent };
    const { log, limits, observer = {}, span = untraced } = options;
    this.#answering = { log, limits, observer, span, now };
  }

  /** Whose bearer token an `authorization` header carries. @throws StrongroomError `signed-out` */
  authenticate(authorization: string | null | undefined): Caller {
    return this.#sessions.authenticate(authorization);
  }

  /** The routes of FrontDoorService. */
  readonly routes = (router: ConnectRouter): void => {
    router.service(FrontDoorService, {
      startSignIn: this.#handle(async ({ phone }: { phone: string }, context) => {
        this.#answering.limits?.code(context.values.get(callerAddress), this.#answering.now());
        return { expiresAt: BigInt(await this.#signIn.start(phone)) };
      }),
      finishSignIn: this.#handle((request: FinishSignIn, context) => this.#finishSignIn(request, context)),
      startSession: this.#handle(async ({ deviceId }: { deviceId: Uint8Array }) => ({
        challenge: this.#sessions.challenge(deviceId),
      })),
      finishSession: this.#handle(async ({ deviceId, challenge, signature }: FinishSession) => ({
        session: toWire(
          await this.#sessions.renew(new Uint8Array(deviceId), new Uint8Array(challenge), signature),
        ),
      })),
      getDirectory: this.#handle(async () => ({ directory: this.#options.directory })),
      relay: this.#handle(async (request: RelayCall, context) => {
        const { accountId, deviceId } = this.authenticate(context.requestHeader.get('authorization'));
        this.#answering.limits?.sealedRequest(deviceId, this.#answering.now());
        return { sealedAnswer: await relay(this.#relay, accountId, request) };
      }),
    });
  };

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

  // A vault tells an event again when a request is repeated, for the first answer may have been lost on the way here.
  #recordEvent({ accountId, event, eventId, now }: ToldEvent): void {
    const kind = VaultEvent[event] ?? 'UNKNOWN';
    const { changes } = this.#options.database
      .prepare('INSERT INTO event (account_id, kind, at, told_as) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(accountId, kind, now, eventId ?? null);
    if (Number(changes) === 0) return;
    this.#options.log.info({ event: kind }, 'vault event');
    this.#options.observer?.onEvent?.(kind);
  }
}

interface ToldEvent {
  readonly accountId: Bytes;
  readonly event: VaultEvent;
  readonly eventId: Uint8Array | undefined;
  readonly now: number;
}
type FinishSignIn = { phone: string; code: string; devicePublicKey: Uint8Array; deviceName: string };
type FinishSession = { deviceId: Uint8Array; challenge: Uint8Array; signature: Uint8Array };
type RelayCall = { vaultId: Uint8Array; sealedRequest: Uint8Array };

function toWire({ token, expiresAt }: { token: string; expiresAt: number }): {
  token: string;
  expiresAt: bigint;
} {
  return { token, expiresAt: BigInt(expiresAt) };
}
