import { create } from '@bufbuild/protobuf';
import { randomBytes } from '@strongroom/core';
import { markBody, type OwnedRequest, type OwnedRequestKind } from '@strongroom/protocol';
import { ready } from '@strongroom/opaque';
import { MarkSchema, VaultEvent, type OwnerSignature } from '@strongroom/wire/vault';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  credentialFor,
  refusalOf,
  RulesAccount,
  signature,
  signMark,
  signPropose,
  TestOwner,
  type Dealt,
  type RequestShape,
} from '../testing/index.ts';

beforeAll(ready);

const kinds = ['propose', 'commit', 'drop', 'heal', 'mark', 'erase'] as const;
const mark = { number: 7n, hash: randomBytes(32) };

/** An account with a live credential and a candidate, and one more credential to propose. */
async function prepare() {
  const account = new RulesAccount();
  const live = await account.register('old');
  const candidate = await account.deal('new', { owner: live.owner });
  account.send(signPropose(account.target, candidate));
  const other = await account.deal('other', { owner: live.owner });
  return { account, live, candidate, other };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

/** A request of a kind, signed as `changes` say. */
function request(
  { account, live, candidate, other }: Prepared,
  kind: OwnedRequestKind,
  changes: Partial<OwnedRequest> = {},
  by: TestOwner = live.owner,
): RequestShape {
  const credential = credentialFor(other, account.vault.vaultId);
  const sign = ({ generation }: Dealt, body?: Uint8Array): OwnerSignature =>
    signature(by, account.target, { kind, generation, ...(body && { body }) }, changes);
  const requests: Record<OwnedRequestKind, () => RequestShape> = {
    propose: () => ({ case: 'propose', value: { credential, owner: sign(other, credential) } }),
    commit: () => ({
      case: 'commit',
      value: { generation: candidate.generation, owner: sign(candidate) },
    }),
    drop: () => ({ case: 'drop', value: { generation: candidate.generation, owner: sign(candidate) } }),
    heal: () => ({ case: 'heal', value: { owner: sign(live) } }),
    erase: () => ({ case: 'erase', value: { owner: sign(live) } }),
    mark: () => ({
      case: 'mark',
      value: { mark: create(MarkSchema, mark), owner: sign(live, markBody(mark.number, mark.hash)) },
    }),
  };
  return requests[kind]();
}

describe.for(kinds)('%s', (kind) => {
  it('is accepted when its owner signed it', async () => {
    const prepared = await prepare();
    expect(prepared.account.send(request(prepared, kind)).case).toBe('accepted');
  });

  const forgeries: Record<string, Partial<OwnedRequest>> = {
    'another account': { accountId: randomBytes(16) },
    'another tenant': { tenant: 'another' },
    'another vault': { vaultId: randomBytes(16) },
    'another kind of request': { kind: kind === 'heal' ? 'erase' : 'heal' },
    'another generation': { generation: randomBytes(16) },
    'another body': { bodyDigest: randomBytes(32) },
    'another anchor than it names': { anchor: randomBytes(16) },
  };
  it.for(Object.entries(forgeries))('is refused when signed over %s', async ([, changes]) => {
    const prepared = await prepare();
    const before = prepared.account.record;
    expect(refusalOf(prepared.account.send(request(prepared, kind, changes)))).toBe('not-authorised');
    expect(prepared.account.record).toBe(before);
    expect(prepared.account.event).toBe(VaultEvent.UNSPECIFIED);
  });

  it('is refused when signed by another key', async () => {
    const prepared = await prepare();
    const signed = request(prepared, kind, {}, new TestOwner());
    expect(refusalOf(prepared.account.send(signed))).toBe('not-authorised');
  });

  it('is refused without a signature, or with one of another length', async () => {
    const prepared = await prepare();
    for (const length of [0, 63, 65]) {
      const signed = request(prepared, kind);
      const { owner } = signed.value as { owner: OwnerSignature };
      owner.signature = randomBytes(length);
      expect(refusalOf(prepared.account.send(signed))).toBe('not-authorised');
    }
    const unsigned = request(prepared, kind);
    delete (unsigned.value as { owner?: OwnerSignature }).owner;
    expect(refusalOf(prepared.account.send(unsigned))).toBe('stale');
  });

  it('is stale once anything else was accepted, and when played again', async () => {
    const prepared = await prepare();
    const { account, live } = prepared;
    const recorded = request(prepared, kind);
    account.send(signMark(account.target, live, 1n, randomBytes(32)));
    expect(refusalOf(account.send(recorded))).toBe('stale');
    const again = request(prepared, kind);
    account.send(again);
    const after = account.record;
    const reply = refusalOf(account.send(again));
    expect(['stale', 'not-registered']).toContain(reply);
    expect(account.record).toBe(after);
  });
});

it('owner keys that are no points sign nothing', async () => {
  const prepared = await prepare();
  const { account, other } = prepared;
  const [credential] = [...other.credentials.values()];
  credential!.ownerPublicKey = randomBytes(32).fill(255);
  const signed = request(prepared, 'propose', {}, new TestOwner());
  expect(refusalOf(account.send(signed))).toBe('not-authorised');
});
