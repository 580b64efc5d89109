import { encode, equalBytes, isStrongroomError, StrongroomError, toHex } from '@strongroom/core';
import type { Element } from '../group.ts';
import type { StretchParameters } from '../ksf.ts';
import { decodeKE2, type KE2 } from '../messages.ts';
import { verifyProof } from '../proof.ts';
import { decodePublicShares, encodeStretch } from './credential.ts';
import { idLength, type Directory, type DirectoryVault } from './directory.ts';
import { lieOnOnePolynomial } from './shamir.ts';

/** What one vault answered to its KE1. */
export interface RetrievalAnswer {
  /** 16 bytes: whom the sealed channel leads to. */
  readonly vaultId: Uint8Array;
  /** Must be the directory's; nothing else decides where its share lies. */
  readonly index: number;
  /** 16 bytes: the generation that was asked for. */
  readonly generation: Uint8Array;
  /** 320 bytes */
  readonly ke2: Uint8Array;
  readonly publicShares: readonly Uint8Array[];
  /** 64 bytes; none, or empty, with one vault. */
  readonly proof?: Uint8Array | undefined;
  readonly stretch: StretchParameters;
}

/** A vault that did not keep to the protocol, and in what. */
export interface Misbehaviour {
  readonly vaultId: Uint8Array;
  readonly reason:
    | 'its answer is malformed'
    | 'its index is not the one in the directory'
    | 'its proof is wrong'
    | 'it disagrees with the other vaults'
    | 'its envelope does not open'
    | 'its key is not the one in the directory'
    | 'its MAC is wrong';
}

/** An answer that holds by itself. */
export interface GoodAnswer {
  readonly vault: DirectoryVault;
  readonly generation: Uint8Array;
  readonly ke2: KE2;
  readonly publicShares: readonly Element[];
  readonly stretch: StretchParameters;
}

/** The answers that agree with each other, and who was left out. */
export interface Agreement {
  readonly agreed: readonly GoodAnswer[];
  readonly misbehaved: readonly Misbehaviour[];
}

/**
 * The answers that can be used together: well-formed, proven, and of one mind on generation, public shares and
 * stretching. Since t > n/2, no two sets of t answers can both be of one mind and differ.
 * @throws `malformed` for an answer of no vault of the directory, two of one, or shares on no one polynomial
 * @throws `unavailable` with fewer than t answers; `vault-misbehaved` when fewer than t of enough are usable
 */
export function agree(
  answers: readonly RetrievalAnswer[],
  blinded: Element,
  directory: Directory,
): Agreement {
  const vaults = findVaults(answers, directory);
  const checked = answers.map((answer, i) => checkAnswer(answer, vaults[i]!, blinded, directory));
  const good = checked.filter((result) => 'ke2' in result);
  const bad = checked.filter((result) => 'reason' in result);
  const agreed = largestGroup(good);
  if (agreed.length < directory.threshold) throw notEnough(answers, good, bad, directory.threshold);
  if (!lieOnOnePolynomial(agreed[0]!.publicShares, directory.threshold)) {
    throw new StrongroomError('malformed', { what: 'the public shares of this registration' });
  }
  const others = good.filter((answer) => !agreed.includes(answer)).map(disagrees);
  return { agreed, misbehaved: [...bad, ...others] };
}

function findVaults(answers: readonly RetrievalAnswer[], { vaults }: Directory): readonly DirectoryVault[] {
  const found = answers.map(({ vaultId }) => vaults.find((vault) => equalBytes(vault.vaultId, vaultId)));
  const known = found.filter((vault) => vault !== undefined);
  if (known.length !== answers.length) throw malformed('an answer of a vault that is not in the directory');
  if (new Set(known).size !== known.length) throw malformed('two answers of one vault');
  return known;
}

function checkAnswer(
  answer: RetrievalAnswer,
  vault: DirectoryVault,
  blinded: Element,
  { vaults }: Directory,
): GoodAnswer | Misbehaviour {
  const { vaultId } = vault;
  if (answer.index !== vault.index) return { vaultId, reason: 'its index is not the one in the directory' };
  const good = parseAnswer(answer, vault, vaults.length);
  if (!good) return { vaultId, reason: 'its answer is malformed' };
  const proven =
    vaults.length === 1 || verifyProof(statementOf(good, blinded), answer.proof ?? new Uint8Array(0));
  return proven ? good : { vaultId, reason: 'its proof is wrong' };
}

function statementOf(
  { vault, publicShares, ke2 }: GoodAnswer,
  blinded: Element,
): Parameters<typeof verifyProof>[0] {
  const evaluatedElements = [ke2.credentialResponse.evaluatedMessage];
  return { publicKey: publicShares[vault.index - 1]!, blindedElements: [blinded], evaluatedElements };
}

function parseAnswer(answer: RetrievalAnswer, vault: DirectoryVault, n: number): GoodAnswer | undefined {
  const { generation, stretch } = answer;
  if (generation.length !== idLength || !isStretch(stretch)) return undefined;
  try {
    const publicShares = decodePublicShares(answer.publicShares, n);
    return { vault, generation, stretch, publicShares, ke2: decodeKE2(answer.ke2) };
  } catch (error) {
    if (isStrongroomError(error, 'malformed')) return undefined;
    throw error;
  }
}

function isStretch({ memoryKiB, passes, lanes }: StretchParameters): boolean {
  return [memoryKiB, passes, lanes].every(
    (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32,
  );
}

function largestGroup(answers: readonly GoodAnswer[]): readonly GoodAnswer[] {
  const groups = Map.groupBy(answers, said);
  return [...groups.values()].reduce((most, group) => (group.length > most.length ? group : most), []);
}

/** What t vaults must agree on, as one string. */
function said({ generation, publicShares, stretch }: GoodAnswer): string {
  return toHex(encode(generation, ...publicShares, encodeStretch(stretch)));
}

function disagrees({ vault }: GoodAnswer): Misbehaviour {
  return { vaultId: vault.vaultId, reason: 'it disagrees with the other vaults' };
}

function notEnough(
  answers: readonly RetrievalAnswer[],
  good: readonly GoodAnswer[],
  bad: readonly Misbehaviour[],
  needed: number,
): StrongroomError {
  const answered = answers.length;
  const cause = bad.length > 0 ? misbehaviourError(bad) : undefined;
  if (answered < needed) return new StrongroomError('unavailable', { answered, needed }, { cause });
  // Where nothing shows which of them is right, all that disagree are named.
  return cause ?? misbehaviourError(good.map(disagrees));
}

/** One error for all that misbehaved; there is at least one. */
export function misbehaviourError(misbehaved: readonly Misbehaviour[]): StrongroomError<'vault-misbehaved'> {
  const vaultId = misbehaved.map((one) => toHex(one.vaultId)).join(', ');
  const reason = [...new Set(misbehaved.map((one) => one.reason))].join('; ');
  return new StrongroomError('vault-misbehaved', { vaultId, reason });
}

function malformed(what: string): StrongroomError {
  return new StrongroomError('malformed', { what });
}
