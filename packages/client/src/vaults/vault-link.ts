import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { isStrongroomError, printable, StrongroomError, toHex, type Bytes } from '@strongroom/core';
import { sealRequest } from '@strongroom/protocol';
import {
  VaultReplySchema,
  VaultRequestSchema,
  type Accepted,
  type Begun,
  type Described,
  type DirectoryVault,
  type Finished,
  type ProposeKey,
  type Refused,
  type VaultReply,
} from '@strongroom/wire/vault';

/** Carries a sealed request to a vault and its sealed answer back; reads neither. */
export type Relay = (vaultId: Uint8Array, sealedRequest: Bytes, signal?: AbortSignal) => Promise<Bytes>;

/** Whose requests they are. */
export interface AccountIdentity {
  readonly tenant: string;
  /** 16 bytes. */
  readonly accountId: Bytes;
}

type RequestShape = NonNullable<MessageInitShape<typeof VaultRequestSchema>['request']>;

/** Waits so many milliseconds; a port, so that tests need not. */
export type Pause = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

const attempts = 3;
const firstPause = 200;

/** One vault as a client talks to it: requests sealed to it, answers opened, refusals turned into typed errors. */
export class VaultLink {
  readonly vault: DirectoryVault;
  readonly account: AccountIdentity;
  readonly #relay: Relay;
  readonly #pause: Pause;

  constructor(vault: DirectoryVault, account: AccountIdentity, relay: Relay, pause: Pause = patiently) {
    this.vault = vault;
    this.account = account;
    this.#relay = relay;
    this.#pause = pause;
  }

  async describe(signal?: AbortSignal): Promise<Described> {
    return expectReply(await this.#repeat({ case: 'describe', value: {} }, signal), 'described', this.vault);
  }

  async begin(value: { generation: Uint8Array; ke1: Uint8Array }, signal?: AbortSignal): Promise<Begun> {
    return expectReply(await this.#repeat({ case: 'begin', value }, signal), 'begun', this.vault);
  }

  async finish(value: { ticket: Uint8Array; ke3: Uint8Array }, signal?: AbortSignal): Promise<Finished> {
    return expectReply(await this.#repeat({ case: 'finish', value }, signal), 'finished', this.vault);
  }

  /** A request by an owner. It is sent once: repeated, it would be stale. */
  async change(request: RequestShape, proposeKey?: ProposeKey, signal?: AbortSignal): Promise<Accepted> {
    return expectReply(await this.#send(request, proposeKey, signal), 'accepted', this.vault);
  }

  // Only for requests that do the same however often they arrive.
  async #repeat(request: RequestShape, signal?: AbortSignal): Promise<VaultReply> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#send(request, undefined, signal);
      } catch (error) {
        if (attempt === attempts || !isPassing(error)) throw error;
        await this.#pause(firstPause * 2 ** attempt, signal);
      }
    }
  }

  async #send(request: RequestShape, proposeKey?: ProposeKey, signal?: AbortSignal): Promise<VaultReply> {
    const { vaultId, hpkePublicKey } = this.vault;
    const plaintext = toBinary(VaultRequestSchema, create(VaultRequestSchema, { request }));
    const { sealedRequest, openAnswer } = await sealRequest({
      hpkePublicKey: proposeKey?.hpkePublicKey ?? hpkePublicKey,
      keyId: proposeKey?.keyId ?? new Uint8Array(),
      vaultId,
      ...this.account,
      plaintext,
    });
    const answer = await this.#relay(vaultId, sealedRequest, signal);
    const reply = this.#read(await openAnswer(answer));
    if (reply.reply.case === 'refused') throw toError(reply.reply.value);
    return reply;
  }

  // What was sealed for this request came from the vault itself.
  #read(answer: Bytes): VaultReply {
    try {
      return fromBinary(VaultReplySchema, answer);
    } catch (cause) {
      const vaultId = toHex(this.vault.vaultId);
      const details = { vaultId, reason: 'its answer cannot be read' };
      throw new StrongroomError('vault-misbehaved', details, { cause });
    }
  }
}

/** Waits by the clock, and no longer when the signal is aborted. */
export const patiently: Pause = (milliseconds, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted === true) done();
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });

/** Whether an error may pass by itself: nothing answered, or what did was altered on the way. */
export function isPassing(error: unknown): boolean {
  return isStrongroomError(error, 'offline', 'unavailable', 'malformed');
}

interface Replies {
  readonly described: Described;
  readonly accepted: Accepted;
  readonly begun: Begun;
  readonly finished: Finished;
}

function expectReply<Kind extends keyof Replies>(
  { reply }: VaultReply,
  kind: Kind,
  { vaultId }: DirectoryVault,
): Replies[Kind] {
  if (reply.case === kind) return reply.value as Replies[Kind];
  throw new StrongroomError('vault-misbehaved', {
    vaultId: toHex(vaultId),
    reason: `answered ${reply.case}`,
  });
}

function toError({ code, guessesLeft, until, why }: Refused): StrongroomError {
  switch (code) {
    case 'must-wait':
      return new StrongroomError('must-wait', { until: Number(until), guessesLeft });
    case 'contested':
      return new StrongroomError('contested', { until: Number(until) });
    case 'locked':
    case 'not-registered':
    case 'stale':
      return new StrongroomError(code, {});
    case 'not-authorised':
      return new StrongroomError('not-authorised', { why: printable(why) });
    default:
      return new StrongroomError('malformed', { what: printable(why) });
  }
}
