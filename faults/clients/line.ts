import { isStrongroomError, type Bytes } from '@strongroom/core';
import { TestDevice } from '@strongroom/vault/testing';
import { type Directory, type ProposeKey, type VaultReply } from '@strongroom/wire/vault';
import type { FrontDoor } from '../fleet/front-door.ts';
import { tenant } from '../fleet/front-door.ts';
import type { Answered, Asked, Kind } from '../history/events.ts';
import { digestOf, steadyNow, type Recorder } from '../history/recorder.ts';
import { outcomeOf, stateOf } from '../nodes/watched-vault.ts';

/** What a request is about, for the history. */
export type About = Pick<Asked, 'generation' | 'ke1' | 'ke2'>;
export type Reply = VaultReply['reply'];
type RequestShape = Parameters<TestDevice['send']>[1];

/** What a line needs. */
export interface LineOptions {
  readonly directory: Directory;
  readonly door: FrontDoor;
  /** 16 bytes. */
  readonly accountId: Bytes;
  /** Which of the account's devices it is, and which of its lines. */
  readonly name: string;
  readonly recorder: Recorder;
}

/** One device's line to the vault over one front door, one request at a time; all that goes over it is recorded. */
export class Line {
  readonly device: TestDevice;
  readonly #options: LineOptions;
  #asked: Omit<Asked, 'e' | 'at'> = { account: '', device: '', request: '', kind: 'unknown' };

  constructor(options: LineOptions) {
    const { directory, accountId, door } = options;
    this.#options = options;
    this.device = new TestDevice({
      directory,
      tenant,
      accountId,
      relay: () => (vaultId, sealedRequest) => {
        this.#ask(sealedRequest);
        return door.relay(accountId, vaultId, sealedRequest);
      },
    });
  }

  /** Sends a request. @returns the reply; `undefined` when nobody knows what became of it */
  async send(request: RequestShape, about: About = {}, proposeKey?: ProposeKey): Promise<Reply | undefined> {
    const { accountId, name } = this.#options;
    const kind: Kind = request.case ?? 'unknown';
    this.#asked = { account: digestOf(accountId), device: name, kind, request: '', ...about };
    try {
      const reply = await this.device.send(1, request, proposeKey);
      this.#answer(outcomeOf(reply), reply);
      return reply;
    } catch (error) {
      if (!isStrongroomError(error)) throw error;
      this.#answer(`error:${error.code}`);
      return undefined;
    }
  }

  #ask(sealedRequest: Uint8Array): void {
    this.#asked = { ...this.#asked, request: digestOf(sealedRequest) };
    this.#options.recorder.record({ e: 'asked', at: steadyNow(), ...this.#asked });
  }

  #answer(outcome: string, reply?: Reply): void {
    const { account, device, request, kind, generation } = this.#asked;
    const answered: Answered = {
      e: 'answered',
      at: steadyNow(),
      account,
      device,
      request,
      kind,
      outcome,
      ...(generation !== undefined && { generation }),
      ...(reply?.case === 'begun' && { ke2: digestOf(reply.value.ke2) }),
      ...(reply?.case === 'described' && { described: stateOf(reply.value) }),
    };
    this.#options.recorder.record(answered);
  }
}
