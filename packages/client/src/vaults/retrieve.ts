import { fromBinary } from '@bufbuild/protobuf';
import type { BackupKey } from '@strongroom/archive';
import { Secret, StrongroomError, toHex, wipe, type Bytes, type Random } from '@strongroom/core';
import {
  beginRetrieval,
  finishRetrieval,
  openFinish,
  openSealedKey,
  wipeRetrieval,
  type Opened,
  type RetrievalAnswer,
  type RetrievalState,
  type Stretch,
  type VaultSession,
} from '@strongroom/opaque';
import {
  FinishBodySchema,
  Slot,
  type Begun,
  type Directory,
  type FinishBody,
  type Mark,
} from '@strongroom/wire/vault';
import {
  guessesLeftAt,
  isUnreachable,
  needVaults,
  openGenerations,
  survey,
  waitUntilAt,
  whyNoneOpens,
  type Description,
  type OpenGeneration,
  type Survey,
} from './survey.ts';
import type { VaultLink } from './vault-link.ts';

/** What a right password gives. */
export interface Retrieved {
  readonly key: BackupKey;
  /** The archive's newest snapshot as the vaults know it. */
  readonly mark: Mark | undefined;
  /** Guesses that failed since the last opening: the most that any of the vaults counted. */
  readonly failuresSinceOpening: number;
  /** It was the last guess, and counting it erased what it opened: the password must be registered anew. */
  readonly lastGuess: boolean;
  /** The registration that was opened, 16 bytes. */
  readonly generation: Bytes;
  /** It is live at some vaults and waits at others to be committed: its change was cut off in between. */
  readonly isHalfCommitted: boolean;
  /** Vaults that did not keep to the protocol, by id, and why. */
  readonly misbehaved: readonly { readonly vaultId: string; readonly reason: string }[];
}

/** A guess. */
export interface RetrieveOptions {
  readonly directory: Directory;
  readonly links: readonly VaultLink[];
  /** Prepared by `preparePassword`. */
  readonly password: Bytes;
  /** Which registration to open; without it the one to try first. */
  readonly generation?: Bytes;
  /** Also try, at the cost of one more guess, the registration of a change that was not finished. */
  readonly tryUnfinished?: boolean;
  readonly random: Random;
  readonly stretch: Stretch;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the vaults for the backup key that a password protects. Costs one guess, given back when it is right.
 * @throws StrongroomError `wrong-password`, `must-wait`, `locked`, `not-registered`, `unavailable`, `vault-misbehaved`
 */
export async function retrieve(options: RetrieveOptions): Promise<Retrieved> {
  const { directory, links, signal } = options;
  const view = await survey(directory, links, signal);
  needVaults(view, directory.threshold);
  const candidates = openGenerations(view).filter(
    ({ generation }) => options.generation === undefined || toHex(generation) === toHex(options.generation),
  );
  const [first, second] = candidates;
  if (first === undefined) throw whyNoneOpens(view, options.generation);
  try {
    return await guess(options, askable(first, view), first, second !== undefined);
  } catch (error) {
    const wrong = error instanceof StrongroomError && error.code === 'wrong-password';
    if (!wrong || second === undefined || options.tryUnfinished !== true) throw error;
    return guess(options, askable(second, view), second, false);
  }
}

async function guess(
  options: RetrieveOptions,
  asked: readonly Description[],
  open: OpenGeneration,
  unfinishedChange: boolean,
): Promise<Retrieved> {
  const { directory, password, random, stretch, signal } = options;
  const { account } = asked[0]!.link;
  const vaultIds = asked.map(({ link }) => link.vault.vaultId);
  const state = beginRetrieval({ password, vaultIds, random });
  try {
    const begun = await beginAll(state, open, asked, signal);
    const answers = begun.map(({ answer }) => answer);
    const outcome = finishRetrieval(state, answers, { directory, ...account, stretch });
    if (outcome.outcome === 'wrong-password')
      throw wrongPassword(begun, unfinishedChange, directory.threshold);
    const bodies = await finishAll(outcome.opened, begun, signal);
    const retrieved = await toRetrieved(outcome, bodies, open, account.accountId);
    return { ...retrieved, lastGuess: guessesLeftOf(begun, directory.threshold) === 0 };
  } finally {
    wipeRetrieval(state);
  }
}

// Where a wait is running or all is erased, nothing is asked: counters stay together.
function askable(open: OpenGeneration, { directory, descriptions }: Survey): Description[] {
  const { threshold, vaults } = directory;
  const whole = open.at.filter(({ slot }) => !slot.exhausted).map(({ description }) => description);
  const alive = whole.filter(({ described }) => described.guessesLeft > 0);
  const ready = alive.filter(({ described }) => described.waitUntil === 0n);
  if (ready.length >= threshold) return ready;
  if (alive.length >= threshold) throw mustWait(alive, threshold);
  const unanswered = vaults.length - descriptions.length;
  if (alive.length + unanswered < threshold) throw new StrongroomError('locked', {});
  throw new StrongroomError('unavailable', { answered: alive.length, needed: threshold });
}

function mustWait(alive: readonly Description[], threshold: number): StrongroomError {
  const described = alive.map((description) => description.described);
  const until = waitUntilAt(
    threshold,
    described.map((at) => at.waitUntil),
  );
  const guessesLeft = guessesLeftAt(
    threshold,
    described.map((at) => at.guessesLeft),
  );
  return new StrongroomError('must-wait', { until, guessesLeft });
}

interface BegunAt {
  readonly link: VaultLink;
  readonly begun: Begun;
  readonly answer: RetrievalAnswer;
}

async function beginAll(
  state: RetrievalState,
  { generation }: OpenGeneration,
  asked: readonly Description[],
  signal: AbortSignal | undefined,
): Promise<BegunAt[]> {
  const outcomes = await Promise.allSettled(
    asked.map(async ({ link }): Promise<BegunAt> => {
      const { vaultId } = link.vault;
      const begun = await link.begin({ generation, ke1: state.ke1For(vaultId) }, signal);
      return { link, begun, answer: toAnswer(link, generation, begun) };
    }),
  );
  const refusal = outcomes.find((outcome) => outcome.status === 'rejected' && !isUnreachable(outcome.reason));
  const begun = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (begun.length === 0 && refusal?.status === 'rejected') throw refusal.reason;
  if (begun.length === 0 && outcomes[0]?.status === 'rejected') throw outcomes[0].reason;
  return begun;
}

function toAnswer({ vault }: VaultLink, generation: Bytes, begun: Begun): RetrievalAnswer {
  const { ke2, publicShares, proof, stretch } = begun;
  return {
    vaultId: vault.vaultId,
    index: vault.index,
    generation,
    ke2,
    publicShares,
    proof,
    stretch: { memoryKiB: stretch?.memoryKib ?? 0, passes: stretch?.passes ?? 0, lanes: stretch?.lanes ?? 0 },
  };
}

function wrongPassword(
  begun: readonly BegunAt[],
  unfinishedChange: boolean,
  threshold: number,
): StrongroomError {
  const guessesLeft = guessesLeftOf(begun, threshold);
  const waitUntil = waitUntilAt(
    threshold,
    begun.map((at) => at.begun.waitUntil),
  );
  return new StrongroomError('wrong-password', {
    guessesLeft,
    waitUntil: waitUntil === 0 ? null : waitUntil,
    unfinishedChange,
  });
}

function guessesLeftOf(begun: readonly BegunAt[], threshold: number): number {
  return guessesLeftAt(
    threshold,
    begun.map((at) => at.begun.guessesLeft),
  );
}

async function finishAll(
  sessions: readonly VaultSession[],
  begun: readonly BegunAt[],
  signal: AbortSignal | undefined,
): Promise<FinishBody[]> {
  const outcomes = await Promise.allSettled(
    sessions.map(async ({ vaultId, ke3, sessionKey }) => {
      const at = begun.find(({ link }) => toHex(link.vault.vaultId) === toHex(vaultId))!;
      const { nonce, ciphertext } = await at.link.finish({ ticket: at.begun.ticket, ke3 }, signal);
      return readBody(await openFinish(sessionKey, nonce, ciphertext), toHex(vaultId));
    }),
  );
  const bodies = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (bodies.length === 0 && outcomes[0]?.status === 'rejected') throw outcomes[0].reason;
  return bodies;
}

function readBody(plaintext: Bytes, vaultId: string): FinishBody {
  try {
    return fromBinary(FinishBodySchema, plaintext);
  } catch (cause) {
    const details = { vaultId, reason: 'its answer to Finish cannot be read' };
    throw new StrongroomError('vault-misbehaved', details, { cause });
  }
}

async function toRetrieved(
  { rwd, misbehaved }: Opened,
  bodies: readonly FinishBody[],
  { generation, committed, at }: OpenGeneration,
  accountId: Bytes,
): Promise<Omit<Retrieved, 'lastGuess'>> {
  const key = await firstThatOpens(bodies, ({ sealedKey }) =>
    openSealedKey(rwd, generation, accountId, sealedKey),
  );
  wipe(rwd);
  const marks = bodies.flatMap(({ mark }) => (mark === undefined ? [] : [mark]));
  return {
    key: new Secret(key),
    mark: marks.toSorted((a, b) => Number(b.number - a.number))[0],
    failuresSinceOpening: Math.max(...bodies.map((body) => body.failuresSinceOpening)),
    generation,
    isHalfCommitted: committed && at.some(({ slot }) => slot.slot !== Slot.LIVE),
    misbehaved: misbehaved.map(({ vaultId, reason }) => ({ vaultId: toHex(vaultId), reason })),
  };
}

async function firstThatOpens<T, R>(items: readonly T[], open: (item: T) => Promise<R>): Promise<R> {
  let last: unknown;
  for (const item of items) {
    try {
      return await open(item);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}
