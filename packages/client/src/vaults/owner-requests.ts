import { equalBytes, isStrongroomError, type Bytes } from '@strongroom/core';
import { markBody, type SigningKey } from '@strongroom/protocol';
import { Slot, type Accepted } from '@strongroom/wire/vault';
import { ownerSignature } from './owner-key.ts';
import { slotAt, type Description, type Survey } from './survey.ts';

/** Where the vaults agree with an owner, and what refused. */
export interface OwnerOutcome {
  readonly accepted: number;
  readonly errors: readonly unknown[];
}

/** Heal, at every vault that counts openings it missed as failures. */
export function healAll(view: Survey, owner: SigningKey, signal?: AbortSignal): Promise<OwnerOutcome> {
  return atEach(view, signal, async (description) => {
    if (description.described.failuresSinceOpening === 0) return;
    await owned(
      description,
      owner,
      'heal',
      new Uint8Array(),
      (owner) => ({ case: 'heal', value: { owner } }),
      signal,
    );
  });
}

/** Mark: tells every vault the archive's newest snapshot. */
export function markAll(
  view: Survey,
  owner: SigningKey,
  mark: { number: bigint; hash: Bytes },
  signal?: AbortSignal,
): Promise<OwnerOutcome> {
  const body = markBody(mark.number, mark.hash);
  return atEach(view, signal, (description) =>
    owned(description, owner, 'mark', body, (owner) => ({ case: 'mark', value: { mark, owner } }), signal),
  );
}

/** Erase: every vault forgets what it holds of the account, also what was proposed there and never committed. */
export function eraseAll(view: Survey, owner: SigningKey, signal?: AbortSignal): Promise<OwnerOutcome> {
  return atEach(view, signal, async (description) => {
    const candidate = slotAt(description, Slot.CANDIDATE);
    if (slotAt(description, Slot.LIVE) === undefined) {
      if (candidate) await drop(description, owner, new Uint8Array(candidate.generation), signal);
      return;
    }
    try {
      await owned(
        description,
        owner,
        'erase',
        new Uint8Array(),
        (owner) => ({ case: 'erase', value: { owner } }),
        signal,
      );
    } catch (error) {
      // Somebody's key has replaced this one: nothing of it is left to erase.
      if (!isStrongroomError(error, 'not-authorised')) throw error;
    }
  });
}

/** Drop: erases a proposed or contested credential at every vault that holds it. */
export function dropAll(
  view: Survey,
  owner: SigningKey,
  generation: Bytes,
  signal?: AbortSignal,
): Promise<OwnerOutcome> {
  return atEach(view, signal, async (description) => {
    const held = description.described.slots.some(
      (slot) => slot.slot !== Slot.LIVE && equalBytes(slot.generation, generation),
    );
    if (held) await drop(description, owner, generation, signal);
  });
}

async function drop(
  { link, described }: Description,
  owner: SigningKey,
  generation: Bytes,
  signal: AbortSignal | undefined,
): Promise<void> {
  const signed = await ownerSignature(owner, link, { kind: 'drop', anchor: described.anchor, generation });
  await link.change({ case: 'drop', value: { generation, owner: signed } }, undefined, signal);
}

type Signed = Awaited<ReturnType<typeof ownerSignature>>;
type Change = Parameters<Description['link']['change']>[0];

async function owned(
  { link, described }: Description,
  owner: SigningKey,
  kind: 'heal' | 'mark' | 'erase',
  body: Bytes,
  request: (owner: Signed) => Change,
  signal: AbortSignal | undefined,
): Promise<Accepted | undefined> {
  const live = slotAt({ link, described }, Slot.LIVE);
  if (live === undefined) return undefined;
  const { generation } = live;
  const signed = await ownerSignature(owner, link, { kind, anchor: described.anchor, generation, body });
  return link.change(request(signed), undefined, signal);
}

// A request that another device overtook is signed again, once, over what the vault says now.
async function atEach(
  { descriptions }: Survey,
  signal: AbortSignal | undefined,
  act: (description: Description) => Promise<unknown>,
): Promise<OwnerOutcome> {
  const outcomes = await Promise.allSettled(
    descriptions.map(async (description) => {
      try {
        await act(description);
      } catch (error) {
        if (!isStrongroomError(error, 'stale')) throw error;
        await act({ link: description.link, described: await description.link.describe(signal) });
      }
    }),
  );
  const errors = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  return { accepted: outcomes.length - errors.length, errors };
}
