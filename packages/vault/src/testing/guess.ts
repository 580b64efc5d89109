import { fromBinary } from '@bufbuild/protobuf';
import { equalBytes, utf8, type Bytes } from '@strongroom/core';
import {
  beginRetrieval,
  finishRetrieval,
  openFinish,
  openSealedKey,
  type Directory,
  type Opened,
  type RetrievalState,
} from '@strongroom/opaque';
import { FinishBodySchema, type Begun, type FinishBody, type Finished } from '@strongroom/wire/vault';
import type { RequestShape } from './signed-requests.ts';
import { cheapStretch } from './stretch.ts';

/** What is guessed, where. */
export interface GuessOptions {
  readonly directory: Directory;
  readonly tenant: string;
  /** 16 bytes each. */
  readonly accountId: Bytes;
  readonly generation: Bytes;
  readonly password: string;
}

/** A guess of a password as a client makes it. */
export class Guess {
  readonly #options: GuessOptions;
  readonly #state: RetrievalState;

  constructor(options: GuessOptions) {
    const vaultIds = options.directory.vaults.map(({ vaultId }) => vaultId);
    this.#options = options;
    this.#state = beginRetrieval({ password: utf8(options.password), vaultIds });
  }

  /** Begin for one vault, the same each time. */
  beginRequest(vaultId: Uint8Array): RequestShape {
    const { generation } = this.#options;
    return { case: 'begin', value: { generation, ke1: this.#state.ke1For(vaultId) } };
  }

  /** What the vaults' answers come to. @throws StrongroomError as `finishRetrieval` */
  conclude(
    answers: readonly (readonly [vaultId: Uint8Array, begun: Begun])[],
  ): OpenedGuess | 'wrong-password' {
    const { directory, generation } = this.#options;
    const retrieved = answers.map(([vaultId, { ke2, publicShares, proof, stretch }]) => ({
      vaultId,
      index: directory.vaults.find((vault) => equalBytes(vault.vaultId, vaultId))!.index,
      generation,
      ke2,
      publicShares,
      proof,
      stretch: { memoryKiB: stretch!.memoryKib, passes: stretch!.passes, lanes: stretch!.lanes },
    }));
    const outcome = finishRetrieval(this.#state, retrieved, { ...this.#options, stretch: cheapStretch });
    return outcome.outcome === 'opened' ? new OpenedGuess(this.#options, outcome) : outcome.outcome;
  }
}

/** A guess that was right. */
export class OpenedGuess {
  readonly #options: GuessOptions;
  readonly #opened: Opened;

  constructor(options: GuessOptions, opened: Opened) {
    this.#options = options;
    this.#opened = opened;
  }

  /** Finish for a vault that answered with this ticket. */
  finishRequest(vaultId: Uint8Array, ticket: Uint8Array): RequestShape {
    return { case: 'finish', value: { ticket: new Uint8Array(ticket), ke3: this.#session(vaultId).ke3 } };
  }

  /** What a vault's answer to Finish holds, and the backup key in it. */
  async open(
    vaultId: Uint8Array,
    { nonce, ciphertext }: Finished,
  ): Promise<{ body: FinishBody; backupKey: Bytes }> {
    const { generation, accountId } = this.#options;
    const plaintext = await openFinish(this.#session(vaultId).sessionKey, nonce, ciphertext);
    const body = fromBinary(FinishBodySchema, plaintext);
    const backupKey = await openSealedKey(this.#opened.rwd, generation, accountId, body.sealedKey);
    return { body, backupKey };
  }

  #session(vaultId: Uint8Array): Opened['opened'][number] {
    return this.#opened.opened.find((session) => equalBytes(session.vaultId, vaultId))!;
  }
}
