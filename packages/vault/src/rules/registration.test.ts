import { clone, create, toBinary } from '@bufbuild/protobuf';
import { concat, randomBytes } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { CredentialSchema, RecordSchema, Slot, VaultEvent, type Credential } from '@strongroom/wire/vault';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  credentialFor,
  refusalOf,
  RulesAccount,
  signature,
  signCommit,
  signDrop,
  signErase,
  signPropose,
  TestOwner,
  valueOf,
  type Dealt,
} from '../testing/index.ts';

beforeAll(ready);

let account: RulesAccount;
beforeEach(() => {
  account = new RulesAccount();
});

const propose = (dealt: Dealt, by?: TestOwner) => account.send(signPropose(account.target, dealt, by));
const commit = (dealt: Dealt) => account.send(signCommit(account.target, dealt));
const drop = (dealt: Dealt, by: TestOwner) => account.send(signDrop(account.target, dealt, by));
const slots = () => account.describe().slots.map(({ slot }) => slot);

const firstCredential = (dealt: Dealt): Credential =>
  clone(CredentialSchema, [...dealt.credentials.values()][0]!);

describe('Propose', () => {
  it('fills the candidate where nothing is registered, and a second one takes its place', async () => {
    const [first, second] = [await account.deal('first'), await account.deal('second')];
    expect(propose(first)).toMatchObject({ case: 'accepted', value: { slot: Slot.CANDIDATE } });
    expect(propose(second)).toMatchObject({ case: 'accepted', value: { slot: Slot.CANDIDATE } });
    expect(account.try('first', first)).toBe('not-registered');
    expect(account.try('second', second)).toBe('opened');
  });

  it('fills the candidate for the live owner, and the live password opens meanwhile', async () => {
    const old = await account.register('old');
    const changed = await account.deal('new', { owner: old.owner });
    expect(propose(changed)).toMatchObject({ case: 'accepted', value: { slot: Slot.CANDIDATE } });
    expect(slots()).toEqual([Slot.LIVE, Slot.CANDIDATE]);
    expect(account.try('old', old)).toBe('opened');
    expect(account.try('new', changed)).toBe('opened');
  });

  it('lets the live owner hand over to another key', async () => {
    const old = await account.register('old');
    const next = await account.deal('new');
    expect(propose(next, old.owner)).toMatchObject({ case: 'accepted', value: { slot: Slot.CANDIDATE } });
    expect(commit(next).case).toBe('accepted');
    expect(account.try('new', next)).toBe('opened');
  });

  it('refuses a generation that it holds already: it was sent twice', async () => {
    const live = await account.register('old');
    const candidate = await account.deal('new', { owner: live.owner });
    propose(candidate);
    expect(refusalOf(propose(candidate))).toBe('stale');
    expect(refusalOf(propose(live))).toBe('stale');
  });

  it('gives a new anchor with every accepted one', async () => {
    const anchors = [];
    for (const password of ['a', 'b', 'c']) {
      const { anchor } = valueOf(propose(await account.deal(password)), 'accepted');
      expect(anchor).toEqual(account.describe().anchor);
      anchors.push(anchor.join());
    }
    expect(new Set(anchors).size).toBe(3);
  });

  const broken: Record<string, Partial<Credential>> = {
    'a short generation': { generation: new Uint8Array(15) },
    'a key share of zero': { keyShare: new Uint8Array(32) },
    'a key share that is not its public share': { keyShare: randomBytes(32).fill(0, 16) },
    'no public shares': { publicShares: [] },
    'an index outside the shares': { index: 2 },
    'a threshold of zero': { threshold: 0 },
    'a client key that is no element': { clientPublicKey: randomBytes(32).fill(255) },
    'a short masking key': { maskingKey: new Uint8Array(63) },
    'a long envelope': { envelope: new Uint8Array(97) },
    'a long sealed key': { sealedKey: new Uint8Array(49) },
    'a short owner key': { ownerPublicKey: new Uint8Array(31) },
    'a stretch that stretches nothing': { stretch: create(CredentialSchema).stretch! },
  };
  it.for(Object.entries(broken))('refuses a credential with %s', async ([, change]) => {
    const dealt = await account.deal('a password');
    const credential = { ...firstCredential(dealt), ...change };
    const body = toBinary(CredentialSchema, credential);
    const owner = signature(dealt.owner, account.target, {
      kind: 'propose',
      generation: credential.generation,
      body,
    });
    expect(refusalOf(account.send({ case: 'propose', value: { credential: body, owner } }))).toBe(
      'malformed',
    );
    expect(account.record).toBeUndefined();
  });

  it('stores nothing that it does not know, so that nobody can crowd a record', async () => {
    const dealt = await account.deal('a password');
    // Field 1000 with 2000 bytes.
    const junk = concat(new Uint8Array([0xc2, 0x3e, 0xd0, 0x0f]), new Uint8Array(2000));
    const credential = concat(credentialFor(dealt, account.vault.vaultId), junk);
    const { generation } = dealt;
    const owner = signature(dealt.owner, account.target, { kind: 'propose', generation, body: credential });
    expect(account.send({ case: 'propose', value: { credential, owner } }).case).toBe('accepted');
    expect(toBinary(RecordSchema, account.record!).length).toBeLessThan(1000);
  });
});

describe('Commit', () => {
  it('makes the candidate live and erases what was there', async () => {
    const old = await account.register('old');
    expect(account.event).toBe(VaultEvent.REGISTERED);
    const changed = await account.deal('new', { owner: old.owner });
    propose(changed);
    account.begin('old', old);
    expect(commit(changed).case).toBe('accepted');
    expect(account.event).toBe(VaultEvent.REPLACED);
    expect(slots()).toEqual([Slot.LIVE]);
    expect(account.record!.lastBegin).toBeUndefined();
    expect(account.try('old', old)).toBe('stale');
    expect(account.try('new', changed)).toBe('opened');
  });

  it('is stale when repeated, or of what was never proposed', async () => {
    const dealt = await account.register('old');
    expect(refusalOf(commit(dealt))).toBe('stale');
    expect(refusalOf(commit(await account.deal('other')))).toBe('stale');
    expect(refusalOf(new RulesAccount().send(signCommit(account.target, dealt)))).toBe('stale');
  });

  it('is refused to another key than the credential’s own, the live owner’s too', async () => {
    const live = await account.register('old');
    const next = await account.deal('new');
    propose(next, live.owner);
    const { generation } = next;
    const owner = signature(live.owner, account.target, { kind: 'commit', generation });
    expect(refusalOf(account.send({ case: 'commit', value: { generation, owner } }))).toBe('not-authorised');
  });

  it('begins the count of failures in a row anew', async () => {
    const old = await account.register('old');
    account.fail(4, old);
    const changed = await account.deal('new', { owner: old.owner });
    propose(changed);
    commit(changed);
    expect(account.describe()).toMatchObject({ guessesLeft: 10, failuresSinceOpening: 0 });
  });

  it('forgets all failures only when the live owner approved', async () => {
    const old = await account.register('old');
    account.fail(4, old);
    const changed = await account.deal('new', { owner: old.owner });
    propose(changed);
    commit(changed);
    expect(account.record!.failures).toBe(0);
  });

  it('keeps the failures of an account that was turned off and on', async () => {
    const old = await account.register('old');
    account.fail(4, old);
    account.send(signErase(account.target, old));
    await account.register('new');
    expect(account.record!.failures).toBe(4);
  });
});

describe('Drop', () => {
  it('erases a candidate for the live owner and for its own', async () => {
    const live = await account.register('old');
    for (const by of ['live', 'own'] as const) {
      const candidate = await account.deal('new');
      propose(candidate, live.owner);
      expect(drop(candidate, by === 'live' ? live.owner : candidate.owner).case).toBe('accepted');
      expect(account.event).toBe(VaultEvent.DROPPED);
      expect(slots()).toEqual([Slot.LIVE]);
      expect(account.try('new', candidate)).toBe('stale');
    }
  });

  it('is refused to anybody else, and never touches the live credential', async () => {
    const live = await account.register('old');
    const candidate = await account.deal('new', { owner: live.owner });
    propose(candidate);
    expect(refusalOf(drop(candidate, new TestOwner()))).toBe('not-authorised');
    expect(refusalOf(drop(live, live.owner))).toBe('stale');
    expect(slots()).toEqual([Slot.LIVE, Slot.CANDIDATE]);
  });

  it('voids what was signed before: a dropped proposal cannot be played again', async () => {
    const live = await account.register('old');
    const candidate = await account.deal('new', { owner: live.owner });
    const recorded = signPropose(account.target, candidate);
    account.send(recorded);
    drop(candidate, live.owner);
    expect(refusalOf(account.send(recorded))).toBe('stale');
  });
});
