import { create } from '@bufbuild/protobuf';
import { randomBytes, toHex, utf8, type Bytes } from '@strongroom/core';
import { beginRetrieval, interpolateAtZero, rfc9497, rfc9807, vaultPassword } from '@strongroom/opaque';
import { defaultPolicy } from '@strongroom/vault';
import { cheapStretch, type Dealt, type TestDevice } from '@strongroom/vault/testing';
import { PolicySchema, type Begun, type Credential } from '@strongroom/wire/vault';
import { beforeEach, describe, expect, test } from 'vitest';
import { ThresholdFleet } from './kit/threshold-fleet.ts';

/** Whoever holds the whole state of some vaults and may speak to the others as the account. */
class Attacker {
  readonly #fleet: ThresholdFleet;
  readonly #requests: TestDevice;
  readonly #dealt: Dealt;
  readonly #corrupt: readonly number[];
  readonly #left: Map<number, number>;

  constructor(
    fleet: ThresholdFleet,
    requests: TestDevice,
    dealt: Dealt,
    corrupt: readonly number[],
    limit: number,
  ) {
    this.#fleet = fleet;
    this.#requests = requests;
    this.#dealt = dealt;
    this.#corrupt = corrupt;
    this.#left = new Map(
      fleet.indexes.filter((index) => !corrupt.includes(index)).map((index) => [index, limit]),
    );
  }

  /** Tries passwords, one guess each, until the honest vaults evaluate no more of them. Answers how many were tried. */
  async spray(passwords: Iterable<string>): Promise<{ tried: number; found: string | undefined }> {
    let tried = 0;
    for (const password of passwords) {
      const opens = await this.#try(password);
      if (opens === undefined) break;
      tried++;
      if (opens) return { tried, found: password };
    }
    return { tried, found: undefined };
  }

  // Asks the honest vaults with the most guesses left, which spends all of them evenly.
  async #try(password: string): Promise<boolean | undefined> {
    const needed = this.#fleet.directory.threshold - this.#corrupt.length;
    const asked = [...this.#left].toSorted((a, b) => b[1] - a[1]).slice(0, needed);
    const vaultIds = this.#fleet.directory.vaults.map(({ vaultId }) => vaultId);
    const state = beginRetrieval({ password: utf8(password), vaultIds });
    const points = this.#corrupt.map((index) => {
      const { keyShare } = this.#credential(index);
      return { index, element: rfc9497.multiply(new Uint8Array(keyShare), state.blindedElement) };
    });
    let envelope: Envelope | undefined;
    for (const [index, left] of asked) {
      const { vaultId } = this.#requests.vault(index);
      const value = { generation: this.#dealt.generation, ke1: state.ke1For(vaultId) };
      const reply = await this.#requests.send(index, { case: 'begin', value });
      if (reply.case !== 'begun') return undefined;
      this.#left.set(index, left - 1);
      points.push({ index, element: new Uint8Array(reply.value.ke2.subarray(0, 32)) });
      envelope ??= { index, begun: reply.value };
    }
    const output = rfc9497.finalize(utf8(password), state.blind.reveal(), interpolateAtZero(points));
    return this.#opens(output, envelope!);
  }

  // One answer is enough to see whether a password is right: its envelope opens.
  #opens(oprfOutput: Bytes, { index, begun }: Envelope): boolean {
    const { vaultId } = this.#requests.vault(index);
    const { memoryKib, passes, lanes } = begun.stretch!;
    const rwd = rfc9807.randomizePassword(oprfOutput, (input) =>
      cheapStretch(input, { memoryKiB: memoryKib, passes, lanes }),
    );
    const { credentialResponse } = rfc9807.decodeKE2(begun.ke2);
    const identities = { serverIdentity: vaultId, clientIdentity: this.#requests.accountId };
    return (
      rfc9807.recoverCredentials(vaultPassword(rwd, vaultId), credentialResponse, identities) !== undefined
    );
  }

  #credential(index: number): Credential {
    return this.#dealt.credentials.get(toHex(this.#requests.vault(index).vaultId))!;
  }
}

interface Envelope {
  readonly index: number;
  readonly begun: Begun;
}

describe.each([
  [1, 1, 0, 10, 10],
  [2, 3, 0, 10, 15],
  [2, 3, 1, 10, 20],
  [3, 5, 0, 3, 5],
  [3, 5, 1, 3, 6],
  [3, 5, 2, 3, 9],
])(
  '%i of %i vaults of which %i are corrupt, with %i guesses at each',
  (threshold, n, corrupt, limit, most) => {
    let fleet: ThresholdFleet;
    let requests: TestDevice;
    const decoys = Array.from({ length: 2 * most + 2 }, (_, i) => `decoy number ${i}`);

    beforeEach(async () => {
      const policy = create(PolicySchema, { ...defaultPolicy, guessLimit: limit, waits: [0n] });
      fleet = await ThresholdFleet.open({ threshold, vaults: n, policy });
      requests = fleet.requests();
    });

    const attacker = async (password: string): Promise<Attacker> => {
      const dealt = await requests.register(password, { backupKey: randomBytes(32) });
      return new Attacker(fleet, requests, dealt, fleet.indexes.slice(0, corrupt), limit);
    };

    test(`evaluate ${most} guesses, which is the promised floor((n-c)·limit/(t-c)), and find what is the last of them`, async () => {
      expect(most).toBe(Math.floor(((n - corrupt) * limit) / (threshold - corrupt)));
      const last = decoys[most - 1]!;
      expect(await (await attacker(last)).spray(decoys)).toEqual({ tried: most, found: last });
    });

    test('evaluate no more, and do not find what would be the next', async () => {
      expect(await (await attacker(decoys[most]!)).spray(decoys)).toEqual({ tried: most, found: undefined });
    });
  },
);
