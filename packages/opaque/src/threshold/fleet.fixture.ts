import { concat, randomBytes, toHex, utf8, type Bytes } from '@strongroom/core';
import { sha512 } from '../hash.ts';
import type { Stretch } from '../ksf.ts';
import type { RetrievalAnswer } from './answers.ts';
import { beginRetrieval, type RetrievalState } from './begin.ts';
import { encodeStretch, type ThresholdCredential } from './credential.ts';
import type { Directory, DirectoryVault } from './directory.ts';
import { evaluate, generateAkeKeyPair, type Evaluation } from './evaluate.ts';
import { register } from './register.ts';
import { finishRetrieval, type RetrievalOutcome } from './retrieve.ts';
import { indexes } from './shamir.ts';

/** One vault of a fleet: all of its state. */
export interface FleetVault extends DirectoryVault {
  readonly akePrivateKey: Uint8Array;
  readonly credential: ThresholdCredential;
}

/** What a vault says, with what it keeps to itself. */
export interface Said {
  readonly vault: FleetVault;
  readonly answer: RetrievalAnswer;
  readonly evaluation: Evaluation;
}

/** n vaults at which one password is registered. */
export interface Fleet {
  readonly vaults: readonly FleetVault[];
  readonly directory: Directory;
  readonly tenant: string;
  readonly accountId: Bytes;
  readonly generation: Bytes;
  readonly backupKey: Bytes;
}

/** Stretching that costs nothing, and depends on its parameters as the real one does. */
export const cheapStretch: Stretch = (input, parameters) => sha512(input, encodeStretch(parameters));

export const rightPassword: Bytes = utf8('mint garage 42');

/** Registers `rightPassword` at n fresh vaults. */
export async function makeFleet(threshold: number, n: number): Promise<Fleet> {
  const keys = indexes(n).map(() => generateAkeKeyPair());
  const listed = keys.map(({ publicKey }, i) => ({
    index: i + 1,
    vaultId: randomBytes(16),
    akePublicKey: publicKey,
  }));
  const [accountId, generation, backupKey] = [randomBytes(16), randomBytes(16), randomBytes(32)];
  const directory = { threshold, vaults: listed };
  const credentials = await register({
    password: rightPassword,
    accountId,
    generation,
    directory,
    backupKey,
    ownerPublicKey: randomBytes(32),
    stretch: cheapStretch,
  });
  const vaults = listed.map((vault, i) => ({
    ...vault,
    akePrivateKey: keys[i]!.privateKey,
    credential: credentials[i]!,
  }));
  return { vaults, directory, tenant: 'a-messenger', accountId, generation, backupKey };
}

/** Begins a guess at all vaults of a fleet. */
export function begin(fleet: Fleet, password: Uint8Array = rightPassword): RetrievalState {
  return beginRetrieval({ password, vaultIds: fleet.vaults.map(({ vaultId }) => vaultId) });
}

/** The honest answers of all vaults. */
export function answerAll(fleet: Fleet, state: RetrievalState): readonly Said[] {
  return fleet.vaults.map((vault) => answerAs(vault, fleet, state.ke1For(vault.vaultId)));
}

/** What a vault of the given state answers to a KE1. */
export function answerAs(vault: FleetVault, fleet: Fleet, ke1: Uint8Array): Said {
  const { credential, vaultId, index } = vault;
  const { directory, tenant, accountId } = fleet;
  const evaluation = evaluate({ ...vault, threshold: directory.threshold, tenant, accountId, ke1 });
  const { ke2, proof } = evaluation;
  const { generation, publicShares, stretch } = credential;
  return { vault, evaluation, answer: { vaultId, index, generation, ke2, publicShares, proof, stretch } };
}

/** Finishes a guess with some of the answers. */
export function finish(fleet: Fleet, state: RetrievalState, said: readonly Said[]): RetrievalOutcome {
  const answers = said.map(({ answer }) => answer);
  return finishRetrieval(state, answers, { ...fleet, stretch: cheapStretch });
}

/** What came of a guess, in words: the outcome or the error's code, and the indexes of those that misbehaved. */
export function resultOf(fleet: Fleet, attempt: () => RetrievalOutcome): string {
  try {
    const { outcome, misbehaved } = attempt();
    const named = misbehaved.map(({ vaultId, reason }) => `; vault ${indexOf(fleet, vaultId)}: ${reason}`);
    return [outcome, ...named].join('');
  } catch (error) {
    const { code, details } = error as { code: string; details: Record<string, unknown> };
    return `${code} ${JSON.stringify(details)}`;
  }
}

function indexOf(fleet: Fleet, vaultId: Uint8Array): number | undefined {
  return fleet.vaults.find((vault) => toHex(vault.vaultId) === toHex(vaultId))?.index;
}

/** The bytes with one bit changed. */
export function flipBit(bytes: Uint8Array, at: number): Bytes {
  const changed = concat(bytes);
  changed[at >> 3]! ^= 1 << (at & 7);
  return changed;
}
