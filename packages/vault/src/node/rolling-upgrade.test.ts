import { connect } from 'node:http2';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  clone,
  create,
  createFileRegistry,
  fromBinary,
  toBinary,
  type DescMessage,
  type Message,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, type FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { concat, encode, i2osp, os2ip, randomBytes, toHex, utf8, type Bytes } from '@strongroom/core';
import { notApplied, sealRequest, unpad } from '@strongroom/protocol';
import {
  CredentialSchema,
  FleetNodeSchema,
  FleetStateSchema,
  file_strongroom_v1_vault as thisVersion,
  RecordSchema,
  ServeRequestSchema,
  ServeResponseSchema,
  VaultReplySchema,
  VaultRequestSchema,
  type EpochState,
  type FleetState,
  type ProposeKey,
} from '@strongroom/wire/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FLEET_STATE_ID } from '../epochs/fleet-record.ts';
import { epochOf } from '../hsm/epoch.ts';
import { Sealer } from '../hsm/sealer.ts';
import { openSoftwareHsm } from '../hsm/software/software-hsm.ts';
import { LATEST_FORMAT } from '../records/format.ts';
import { SealedRecords } from '../records/sealed-records.ts';
import { SqliteStore } from '../records/sqlite-store.ts';
import { defaultPolicy } from '../rules/policy.ts';
import {
  day,
  newDevice,
  signMark,
  type Dealt,
  type RequestShape,
  type TestDevice,
} from '../testing/index.ts';
import { TestNode } from '../testing/test-node.ts';

/** The schemas of another version: this one's with something changed. */
function otherVersion(change: (file: FileDescriptorProto) => void): (name: string) => DescMessage {
  const file = clone(FileDescriptorProtoSchema, thisVersion.proto);
  change(file);
  const registry = createFileRegistry(file, () => undefined);
  return (name) => registry.getMessage(`strongroom.v1.${name}`)!;
}

// Field 1999, 4 bytes: something that a later version says and this one does not know.
const unknownField = concat(new Uint8Array([0xfa, 0x7c, 4]), utf8('more'));

let node: TestNode;
let device: TestDevice;
beforeEach(async () => {
  node = await TestNode.start();
  device = newDevice(node);
});
afterEach(() => node.remove());

const patience = { timeout: 20_000 };
const errorOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
// The keys of the vault and the state of the fleet have ids of one byte, repeated.
const isRecord = (id: Uint8Array): boolean => !id.every((byte) => byte === id[0]);

/** Sends a request whose sealed and outer messages have fields that this version does not know. */
function sendNewer(request: RequestShape, proposeKey?: ProposeKey): Promise<Bytes> {
  const known = toBinary(VaultRequestSchema, create(VaultRequestSchema, { request }));
  return sendPlaintext(concat(known, unknownField), proposeKey);
}

async function sendPlaintext(plaintext: Bytes, proposeKey?: ProposeKey): Promise<Bytes> {
  const { vaultId, hpkePublicKey } = device.vault(1);
  const { tenant, accountId } = device;
  const { sealedRequest, openAnswer } = await sealRequest({
    hpkePublicKey: proposeKey?.hpkePublicKey ?? hpkePublicKey,
    keyId: proposeKey?.keyId ?? new Uint8Array(),
    vaultId,
    tenant,
    accountId,
    plaintext,
  });
  const outer = toBinary(ServeRequestSchema, await node.serveRequest(accountId, vaultId, sealedRequest));
  const response = await fetchOverHttp2(concat(outer, unknownField));
  return openAnswer(new Uint8Array(response.sealedAnswer));
}

async function fetchOverHttp2(body: Bytes): Promise<{ sealedAnswer: Uint8Array }> {
  const session = connect(node.node.url);
  try {
    const headers = { ':method': 'POST', ':path': '/strongroom.v1.VaultService/Serve' };
    const stream = session.request({ ...headers, 'content-type': 'application/proto' }).end(body);
    return fromBinary(ServeResponseSchema, await buffer(stream));
  } finally {
    session.close();
  }
}

describe('a newer client', () => {
  it('is served by this version, which passes over what it does not know', async () => {
    const answer = await sendNewer({ case: 'describe', value: {} });
    expect(answer.length).toBeGreaterThan(0);
    const dealt = await device.register('mint garage 42');
    const guess = device.newGuess('mint garage 42', dealt);
    await sendNewer(guess.beginRequest(device.vault(1).vaultId));
    expect((await device.describe(1)).failuresSinceOpening).toBe(1);
    expect(await device.open('mint garage 42', dealt)).toBe(toHex(dealt.backupKey));
  });
});

describe('an older client', () => {
  it('can read what this version answers, though it knows fewer fields', async () => {
    const older = otherVersion((file) => {
      for (const message of file.messageType)
        if (message.name === 'Described')
          message.field = message.field.filter(
            ({ name }) => !['policy', 'locked', 'propose_key'].includes(name),
          );
    });
    const answer = await sendNewer({ case: 'describe', value: {} });
    const reply = fromBinary(older('VaultReply'), answer) as Message & {
      readonly reply: { readonly case: string; readonly value: { readonly guessesLeft: number } };
    };
    expect(reply.reply).toMatchObject({ case: 'described', value: { guessesLeft: 10 } });
    expect(reply.reply.value).not.toHaveProperty('policy');
  });
});

describe('a record of a newer node', () => {
  let dealt: Dealt;
  let store: SqliteStore;
  let records: SealedRecords;
  let id: Bytes;
  beforeEach(async () => {
    dealt = await device.register('mint garage 42');
    store = new SqliteStore(join(node.folder, 'records.db'));
    const { vaultId } = device.vault(1);
    records = new SealedRecords(
      store,
      new Sealer(openSoftwareHsm(join(node.folder, 'hsm')), 1),
      new Uint8Array(vaultId),
    );
    const stored = await store.list(undefined, 10);
    id = stored.map(({ id }) => id).find(isRecord)!;
    const previous = await records.read(id);
    const newer = concat(toBinary(RecordSchema, previous.record!), unknownField);
    await records.replace(id, fromBinary(RecordSchema, newer), previous);
  });
  afterEach(() => store.close());

  const isKept = async (): Promise<boolean> => {
    const { record } = await records.read(id);
    const bytes = Buffer.from(toBinary(RecordSchema, record!));
    return bytes.includes(unknownField);
  };

  it('keeps what this version does not know, whatever this version does to it', async () => {
    await device.open('wrong', dealt);
    expect(await isKept()).toBe(true);
    await device.open('mint garage 42', dealt);
    await device.send(1, signMark(await device.target(1), dealt, 1n, randomBytes(32)));
    const changed = await device.deal('new', { owner: dealt.owner, backupKey: dealt.backupKey });
    await device.propose(1, changed, dealt.owner);
    await device.commit(1, changed);
    expect(await isKept()).toBe(true);
    expect(await device.open('new', changed)).toBe(toHex(dealt.backupKey));
  });

  it('loses with the last guess what a credential has that this version does not know', async () => {
    const previous = await records.read(id);
    const { live } = previous.record!;
    const credential = live!.credential!;
    const newer = concat(toBinary(CredentialSchema, credential), unknownField);
    live!.credential = fromBinary(CredentialSchema, newer);
    const withoutOuter = create(RecordSchema, { ...previous.record!, live: live! });
    delete withoutOuter.$unknown;
    await records.replace(id, withoutOuter, previous);
    expect(await isKept()).toBe(true);
    for (let i = 0; i < 10; i++) {
      await device.open(`wrong ${i}`, dealt);
      node.clock.advance(2 * day);
    }
    expect(await device.open('mint garage 42', dealt)).toBe('locked');
    expect(await isKept()).toBe(false);
  });
});

describe('a request of a kind that this version does not know', () => {
  it('is refused as malformed, and nothing is counted or written', async () => {
    const dealt = await device.register('mint garage 42');
    const store = new SqliteStore(join(node.folder, 'records.db'));
    const before = await store.list(undefined, 10);
    // Field 15 of VaultRequest, a message of 4 bytes.
    const answer = await sendPlaintext(concat(new Uint8Array([0x7a, 4]), utf8('more')));
    const { reply } = fromBinary(VaultReplySchema, answer);
    expect(reply).toMatchObject({ case: 'refused', value: { code: 'malformed' } });
    expect(await store.list(undefined, 10)).toEqual(before);
    expect(await device.open('mint garage 42', dealt)).toBe(toHex(dealt.backupKey));
    await store.close();
  });
});

async function renewEpoch(): Promise<void> {
  const { vault } = node.node;
  await vault.tend();
  for (const wait of [30 * day, day / 12, day / 12, day / 12]) {
    node.clock.advance(wait);
    await vault.tend();
  }
}

describe('a record of a format that this version does not know', () => {
  it('is left to nodes that know it: surely not applied, not a byte changed', async () => {
    const dealt = await device.register('mint garage 42');
    const store = new SqliteStore(join(node.folder, 'records.db'));
    const { vaultId } = device.vault(1);
    const hsm = openSoftwareHsm(join(node.folder, 'hsm'));
    const records = new SealedRecords(store, new Sealer(hsm, 1), new Uint8Array(vaultId));
    const id = (await store.list(undefined, 10)).map((one) => one.id).find(isRecord)!;
    const previous = await records.read(id);
    const newer = create(RecordSchema, { ...previous.record!, format: LATEST_FORMAT + 1 });
    await records.replace(id, newer, previous);
    const written = await store.read(id);
    const error: unknown = await device.open('mint garage 42', dealt).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: Code.Unavailable });
    expect(notApplied(error)).toBeDefined();
    expect(await errorOf(device.describe(1))).toMatchObject({ code: Code.Unavailable });
    expect(await store.read(id)).toEqual(written);
    // The new key seals the same content: what is in it need not be known for that.
    await renewEpoch();
    const resealed = (await store.read(id))!.value;
    expect(epochOf(resealed)).toBe(2);
    const sequence = i2osp(os2ip(resealed.subarray(4, 10)), 6);
    const aad = encode(new Uint8Array(vaultId), id, sequence);
    const plaintext = await new Sealer(hsm, 2).open(aad, resealed, 6);
    expect(fromBinary(RecordSchema, unpad(plaintext))).toEqual(newer);
    await store.close();
  });
});

describe('a state of the fleet that this version does not know', () => {
  it.each([
    [
      'of a later format',
      (state: FleetState) => toBinary(FleetStateSchema, { ...state, format: LATEST_FORMAT + 1 }),
    ],
    ['with a field more', (state: FleetState) => concat(toBinary(FleetStateSchema, state), unknownField)],
    [
      'with a field more of a node',
      (state: FleetState) => {
        const [first, ...rest] = state.nodes.map((one) => toBinary(FleetNodeSchema, one));
        const nodes = [concat(first!, unknownField), ...rest].map((one) => fromBinary(FleetNodeSchema, one));
        return toBinary(FleetStateSchema, { ...state, nodes });
      },
    ],
    [
      'with an epoch in another state',
      (state: FleetState) => {
        const epochs = state.epochs.map((epoch) => ({ ...epoch, state: 6 as EpochState }));
        return toBinary(FleetStateSchema, {
          ...state,
          epochs: [...state.epochs, { ...epochs[0]!, number: 9 }],
        });
      },
    ],
  ])(
    '%s: nothing is written, evaluated or destroyed, and the node says that it is not ready',
    async (_, change) => {
      const dealt = await device.register('mint garage 42');
      await node.node.vault.tend();
      expect(await node.admin('/readyz')).toEqual({ status: 200, body: 'ready\n' });
      const store = new SqliteStore(join(node.folder, 'records.db'));
      const stored = (await store.read(FLEET_STATE_ID))!;
      const state = fromBinary(FleetStateSchema, stored.value);
      await store.replace(FLEET_STATE_ID, change({ ...state, version: state.version + 1n }), stored.revision);
      const before = await store.list(undefined, 10);
      node.clock.advance(40 * day);
      await expect(node.node.vault.tend()).rejects.toThrow('newer version');
      expect(await device.open('mint garage 42', dealt).catch(() => 'refused')).toBe('refused');
      await expect.poll(() => node.admin('/readyz'), patience).toEqual({ status: 503, body: 'epochs\n' });
      const unchanged = await store.list(undefined, 10);
      expect(unchanged).toEqual(before);
      expect(await openSoftwareHsm(join(node.folder, 'hsm')).epochs()).toEqual([1]);
      await store.close();
    },
  );
});

describe('nodes side by side, one with a stricter policy', () => {
  it('never allow more guesses than the stricter one from its first write on', async () => {
    const stricter = await node.beside({ config: { policy: { guessLimit: 3 } } });
    const dealt = await device.register('mint garage 42');
    const there = newDevice(stricter, device.accountId);
    expect((await device.describe(1)).policy).toMatchObject({ guessLimit: defaultPolicy.guessLimit });
    expect(await device.open('wrong', dealt)).toBe('wrong-password');
    expect(await there.open('wrong', dealt)).toBe('wrong-password');
    expect((await device.describe(1)).policy).toMatchObject({ guessLimit: 3 });
    expect((await device.describe(1)).guessesLeft).toBe(1);
    expect(await device.open('wrong', dealt)).toBe('wrong-password');
    expect(await device.open('mint garage 42', dealt)).toBe('locked');
    expect(await there.open('mint garage 42', dealt)).toBe('locked');
    await stricter.stop();
  });
});
