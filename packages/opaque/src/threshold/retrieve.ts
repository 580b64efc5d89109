import { equalBytes, wipe, type Bytes } from '@strongroom/core';
import { randomizePassword } from '../envelope.ts';
import { argon2id, type Stretch } from '../ksf.ts';
import { finishHandshake, type LoginOutcome } from '../login.ts';
import { finalize } from '../oprf.ts';
import {
  agree,
  misbehaviourError,
  type GoodAnswer,
  type Misbehaviour,
  type RetrievalAnswer,
} from './answers.ts';
import { findRequest, type RetrievalState } from './begin.ts';
import { encodeContext, vaultPassword } from './credential.ts';
import { checkDirectory, type Directory } from './directory.ts';
import { interpolateAtZero } from './shamir.ts';

/** What a retrieval is finished with. */
export interface RetrievalFinish {
  /** The directory of the credential's epoch. */
  readonly directory: Directory;
  readonly tenant: string;
  /** 16 bytes */
  readonly accountId: Uint8Array;
  readonly stretch?: Stretch;
}

/** How a guess ends when enough vaults answered as they should. */
export type RetrievalOutcome = Opened | WrongPassword;

/** The password is right. */
export interface Opened {
  readonly outcome: 'opened';
  /** The randomized password, 64 bytes: `openSealedKey` takes it. Wipe it then. */
  readonly rwd: Bytes;
  /** One for every vault that was honest to the end. */
  readonly opened: readonly VaultSession[];
  readonly misbehaved: readonly Misbehaviour[];
}

/** The password is wrong, and no vault is to blame for it. */
export interface WrongPassword {
  readonly outcome: 'wrong-password';
  readonly misbehaved: readonly Misbehaviour[];
}

/** What a vault is told, and what its answer is sealed under. */
export interface VaultSession {
  readonly vaultId: Uint8Array;
  /** KE3: 64 bytes. */
  readonly ke3: Bytes;
  /** 64 bytes: `openFinish` takes it. */
  readonly sessionKey: Bytes;
}

/**
 * Finishes a guess with at least t answers; with more of them, one more liar can be left out. Stretches once. May be
 * called again when more answers have come.
 *
 * A vault that lies is named and left out, whatever it lies about. The password counts as wrong only when enough
 * vaults proved that they evaluated it right and none of their envelopes opens.
 * @throws `unavailable` with fewer than t answers; `vault-misbehaved` when liars are why fewer than t are usable, or
 * why none of those that opened can be finished; `malformed` for answers or parameters that make no sense
 */
export function finishRetrieval(
  state: RetrievalState,
  answers: readonly RetrievalAnswer[],
  finish: RetrievalFinish,
): RetrievalOutcome {
  checkDirectory(finish.directory);
  const { agreed, misbehaved } = agree(answers, state.blindedElement, finish.directory);
  const enough = agreed.slice(0, finish.directory.threshold);
  const rwd = randomizedPassword(state, enough, finish.stretch ?? argon2id);
  const results = agreed.map((answer) => finishWith(answer, rwd, state, finish));
  return conclude(rwd, results, misbehaved);
}

function randomizedPassword(state: RetrievalState, answers: readonly GoodAnswer[], stretch: Stretch): Bytes {
  const evaluated = interpolateAtZero(
    answers.map(({ vault, ke2 }) => ({
      index: vault.index,
      element: ke2.credentialResponse.evaluatedMessage,
    })),
  );
  const oprfOutput = finalize(state.password.reveal(), state.blind.reveal(), evaluated);
  const rwd = randomizePassword(oprfOutput, (input) => stretch(input, answers[0]!.stretch));
  wipe(oprfOutput);
  return rwd;
}

function finishWith(
  answer: GoodAnswer,
  rwd: Uint8Array,
  state: RetrievalState,
  { directory, tenant, accountId }: RetrievalFinish,
): VaultSession | Misbehaviour {
  const { vaultId, index, akePublicKey } = answer.vault;
  const request = findRequest(state.requests, vaultId);
  const rwdOfVault = vaultPassword(rwd, vaultId);
  const client = {
    ke1: request.ke1,
    clientSecret: request.clientSecret.reveal(),
    randomizedPassword: rwdOfVault,
    identities: { serverIdentity: vaultId, clientIdentity: accountId },
    context: encodeContext({ ...answer, vaultId, index, tenant, threshold: directory.threshold }),
  };
  const outcome = finishHandshake(client, answer.ke2);
  wipe(rwdOfVault);
  return toSession(outcome, vaultId, akePublicKey);
}

function toSession(
  outcome: LoginOutcome,
  vaultId: Uint8Array,
  akePublicKey: Uint8Array,
): VaultSession | Misbehaviour {
  if (outcome.outcome === 'EnvelopeRecoveryError') return { vaultId, reason: 'its envelope does not open' };
  if (outcome.outcome === 'ServerAuthenticationError') return { vaultId, reason: 'its MAC is wrong' };
  const { ke3, sessionKey, serverPublicKey, exportKey } = outcome;
  wipe(exportKey);
  if (!equalBytes(serverPublicKey, akePublicKey)) {
    return { vaultId, reason: 'its key is not the one in the directory' };
  }
  return { vaultId, ke3, sessionKey };
}

function conclude(
  rwd: Bytes,
  results: readonly (VaultSession | Misbehaviour)[],
  before: readonly Misbehaviour[],
): RetrievalOutcome {
  const sessions = results.filter((result) => 'ke3' in result);
  const failed = results.filter((result) => 'reason' in result);
  const misbehaved = [...before, ...failed];
  if (sessions.length > 0) return { outcome: 'opened', rwd, opened: sessions, misbehaved };
  wipe(rwd);
  // An envelope that opened shows that the password is right, so a vault that then fails is at fault.
  if (failed.some(({ reason }) => reason !== 'its envelope does not open'))
    throw misbehaviourError(misbehaved);
  return { outcome: 'wrong-password', misbehaved: before };
}
