import { create, toBinary } from '@bufbuild/protobuf';
import type { BackupKey } from '@strongroom/archive';
import {
  equalBytes,
  isStrongroomError,
  StrongroomError,
  toHex,
  type Bytes,
  type Random,
} from '@strongroom/core';
import type { SigningKey } from '@strongroom/protocol';
import { register, type Stretch, type ThresholdCredential } from '@strongroom/opaque';
import { CredentialSchema, Slot, type Accepted, type Directory } from '@strongroom/wire/vault';
import { ownerKeyOf, ownerSignature } from './owner-key.ts';
import { healAll } from './owner-requests.ts';
import { retrieve } from './retrieve.ts';
import { needVaults, slotAt, survey, type Description, type Survey } from './survey.ts';
import type { AccountIdentity, VaultLink } from './vault-link.ts';

/** A registration of a password for a backup key at all vaults. */
export interface RegisterOptions {
  readonly directory: Directory;
  readonly links: readonly VaultLink[];
  readonly key: BackupKey;
  /** The keys that a registration may be for that this one replaces, most likely first; by default none but `key`. */
  readonly replaces?: readonly BackupKey[];
  /** Prepared by `preparePassword`. */
  readonly password: Bytes;
  /** The password as it was typed the second time; it must open what the first one registered. */
  readonly again: Bytes;
  /** 16 random bytes, remembered by the device beforehand. */
  readonly generation: Bytes;
  readonly random: Random;
  readonly stretch: Stretch;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Registers a password: propose to all, try it, commit. What was registered before opens until then.
 * @throws StrongroomError `contested` when the account has a registration of another key: commit when its time has
 * come; `wrong-password` when the second typing differs; `unavailable` when too few vaults answer
 */
export async function registerPassword(options: RegisterOptions): Promise<void> {
  const { directory, links, generation, signal } = options;
  const view = await survey(directory, links, signal);
  needVaults(view, quorum(directory));
  const owner = await ownerKeyOf(options.key);
  const liveOwners = await Promise.all((options.replaces ?? []).map(ownerKeyOf));
  const accepted = await proposeAll(view, { owner, liveOwners }, options);
  refuseContested(accepted, quorum(directory));
  const tryFirst = canTryFirst(view);
  if (tryFirst) await healBy([owner, ...liveOwners], options);
  else await commitRegistration({ directory, links, generation, signal, owner });
  await tryOut(options);
  if (tryFirst) await commitRegistration({ directory, links, generation, signal, owner });
}

async function healBy(
  owners: readonly SigningKey[],
  { directory, links, signal }: RegisterOptions,
): Promise<void> {
  for (const owner of owners) await healAll(await survey(directory, links, signal), owner, signal);
}

// Where nothing opens now, nothing can be lost by committing first. And the try must not be the last that the counters
// allow: it would erase what it tries.
function canTryFirst({ descriptions }: Survey): boolean {
  const opens = descriptions.some(({ described }) =>
    described.slots.some(({ slot, exhausted }) => slot === Slot.LIVE && !exhausted),
  );
  return opens && descriptions.every(({ described }) => described.guessesLeft > 1);
}

/** How many vaults must hold a candidate before it is committed, so that those left behind cannot open the old one. */
export function quorum({ threshold, vaults }: Directory): number {
  return Math.max(threshold, vaults.length - threshold + 1);
}

/**
 * Commits a registration wherever it waits. Repeating it does no harm.
 * @throws StrongroomError `contested` while its time has not come, `unavailable` when too few vaults hold it
 */
export async function commitRegistration(options: {
  readonly directory: Directory;
  readonly links: readonly VaultLink[];
  readonly generation: Bytes;
  readonly owner: SigningKey;
  readonly signal?: AbortSignal | undefined;
}): Promise<void> {
  const { directory, links, generation, owner, signal } = options;
  const view = await survey(directory, links, signal);
  const holders = view.descriptions.filter((description) => holds(description, generation));
  if (holders.length < quorum(directory)) {
    throw new StrongroomError('unavailable', { answered: holders.length, needed: quorum(directory) });
  }
  const waiting = holders.filter((description) => !isLive(description, generation));
  const outcomes = await Promise.allSettled(
    waiting.map(async ({ link, described }) => {
      const signed = await ownerSignature(owner, link, {
        kind: 'commit',
        anchor: described.anchor,
        generation,
      });
      await link.change({ case: 'commit', value: { generation, owner: signed } }, undefined, signal);
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  const committed = holders.length - outcomes.filter((outcome) => outcome.status === 'rejected').length;
  if (failed && committed < quorum(directory)) throw failed.reason;
}

/** Whether a vault holds a registration in any slot. */
export function holds({ described }: Description, generation: Uint8Array): boolean {
  return described.slots.some((slot) => equalBytes(slot.generation, generation));
}

/** Whether a vault has a registration as its live one. */
export function isLive({ described }: Description, generation: Uint8Array): boolean {
  return described.slots.some(
    ({ slot, generation: held }) => slot === Slot.LIVE && equalBytes(held, generation),
  );
}

/** Who may propose: the owner of the new registration, and whoever the live one may belong to instead. */
interface Proposers {
  readonly owner: SigningKey;
  readonly liveOwners: readonly SigningKey[];
}

async function proposeAll(view: Survey, proposers: Proposers, options: RegisterOptions): Promise<Accepted[]> {
  const { account } = view.descriptions[0]!.link;
  const credentials = await dealCredentials(account, proposers.owner, options);
  const outcomes = await Promise.allSettled(
    view.descriptions.map((description) => {
      const credential = credentials.get(toHex(description.link.vault.vaultId))!;
      return proposeTo(description, credential, proposers, options);
    }),
  );
  const accepted = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (accepted.length < quorum(options.directory) && failed) throw failed.reason;
  return accepted;
}

// A vault that missed a change of the key still holds the registration of an earlier one. Its owner comes before that of
// the new registration, whose signature would contest it. A refusal changes nothing at the vault.
async function proposeTo(
  description: Description,
  credential: Bytes,
  { owner, liveOwners }: Proposers,
  { generation, signal }: RegisterOptions,
): Promise<Accepted> {
  const { link, described } = description;
  for (const liveOwner of slotAt(description, Slot.LIVE) ? liveOwners : []) {
    try {
      return await proposeAs(liveOwner);
    } catch (error) {
      if (!isStrongroomError(error, 'not-authorised')) throw error;
    }
  }
  return proposeAs(owner);

  async function proposeAs(signer: SigningKey): Promise<Accepted> {
    const request = { kind: 'propose', anchor: described.anchor, generation, body: credential } as const;
    const signed = await ownerSignature(signer, link, request);
    return link.change(
      { case: 'propose', value: { credential, owner: signed } },
      described.proposeKey,
      signal,
    );
  }
}

// A vault that still has another key's registration does not stand in the way of enough that do not.
function refuseContested(accepted: readonly Accepted[], needed: number): void {
  const contested = accepted.filter(({ slot }) => slot === Slot.CONTESTED);
  const free = accepted.length - contested.length;
  if (free >= needed) return;
  const until = contested.map(({ committableAt }) => Number(committableAt)).toSorted((a, b) => a - b);
  throw new StrongroomError('contested', { until: until[needed - free - 1] ?? 0 });
}

async function tryOut(options: RegisterOptions): Promise<void> {
  const { directory, links, again, generation, random, stretch, signal, key } = options;
  const { key: found } = await retrieve({
    directory,
    links,
    password: again,
    generation,
    random,
    stretch,
    signal,
  });
  if (!equalBytes(found.reveal(), key.reveal()))
    throw new StrongroomError('bug', { where: 'the new password' });
}

// What each vault is to store, serialized, by vaultId in hex.
async function dealCredentials(
  { accountId }: AccountIdentity,
  owner: SigningKey,
  { directory, key, password, generation, random, stretch }: RegisterOptions,
): Promise<Map<string, Bytes>> {
  const dealt = await register({
    password,
    accountId,
    generation,
    directory,
    backupKey: key.reveal(),
    ownerPublicKey: owner.publicKey,
    stretch,
    random,
  });
  return new Map(
    dealt.map((credential, i) => [toHex(directory.vaults[i]!.vaultId), serialize(credential, directory)]),
  );
}

function serialize(credential: ThresholdCredential, { epoch, threshold }: Directory): Bytes {
  const { memoryKiB, passes, lanes } = credential.stretch;
  return toBinary(
    CredentialSchema,
    create(CredentialSchema, {
      generation: credential.generation,
      directoryEpoch: epoch,
      index: credential.index,
      threshold,
      keyShare: credential.keyShare,
      publicShares: [...credential.publicShares],
      clientPublicKey: credential.registrationRecord.clientPublicKey,
      maskingKey: credential.registrationRecord.maskingKey,
      envelope: credential.registrationRecord.envelope,
      sealedKey: credential.sealedKey,
      ownerPublicKey: credential.ownerPublicKey,
      stretch: { memoryKib: memoryKiB, passes, lanes },
    }),
  );
}
