import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { create, createFileRegistry, fromBinary, toBinary, type DescMessage } from '@bufbuild/protobuf';
import {
  FileDescriptorProtoSchema,
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { encode, fromHex, i2osp, os2ip, toHex, type Bytes } from '@strongroom/core';
import { issueAccountToken, unpad } from '@strongroom/protocol';
import { file_strongroom_v1_front_door as frontDoorFile } from '@strongroom/wire/front-door';
import {
  BegunSchema,
  file_strongroom_v1_vault as vaultFile,
  ServeRequestSchema,
  ServeResponseSchema,
  VaultEvent,
} from '@strongroom/wire/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { epochOf } from '../../hsm/epoch.ts';
import { Sealer } from '../../hsm/sealer.ts';
import { openSoftwareHsm } from '../../hsm/software/software-hsm.ts';
import { LATEST_FORMAT } from '../../records/format.ts';
import { day, hour, newDevice, signErase, signHeal, valueOf, type TestDevice } from '../../testing/index.ts';
import {
  readFrozen,
  remembered,
  thaw,
  type FrozenAccount,
  type FrozenVault,
  type Thawed,
} from './frozen-vault.fixture.ts';

const formats = Array.from({ length: LATEST_FORMAT + 1 }, (_, format) => format);

describe.each(formats)('what format %i looks like', (format) => {
  const frozen: FrozenVault = readFrozen(format);
  const { ada, ben, cleo } = frozen.accounts as { readonly [name: string]: FrozenAccount } & {
    readonly ada: FrozenAccount;
    readonly ben: FrozenAccount;
    readonly cleo: FrozenAccount;
  };
  let thawed: Thawed;
  beforeEach(async () => {
    thawed = await thaw(frozen);
  });
  afterEach(() => rmSync(dirname(thawed.hsmFolder), { recursive: true }));

  const deviceOf = (account: FrozenAccount): TestDevice => {
    const { directory, vault, clock, tokenKey } = thawed;
    const relay = (accountId: Bytes) => async (vaultId: Uint8Array, sealedRequest: Uint8Array) => {
      const fields = { tenant: 'acme', accountId, vaultId, sealedRequest, now: clock.now() };
      const token = await issueAccountToken(tokenKey, fields);
      const { sealedAnswer } = await vault.serve(create(ServeRequestSchema, { token, sealedRequest }));
      return new Uint8Array(sealedAnswer);
    };
    return newDevice({ directory, tenant: 'acme', relay }, fromHex(account.accountId));
  };
  const replay = async (name: string): Promise<{ readonly event: VaultEvent }> => {
    const request = fromBinary(ServeRequestSchema, fromHex(frozen.requests[name]!));
    const response = await thawed.vault.serve(request);
    return fromBinary(ServeResponseSchema, toBinary(ServeResponseSchema, response));
  };
  const values = async (): Promise<{ readonly id: Bytes; readonly value: Bytes }[]> =>
    (await thawed.store.list(undefined, 100)).map(({ id, value }) => ({ id, value }));

  it('is read: every account stands as it stood', async () => {
    for (const account of [ada, ben, cleo]) {
      const { guessesLeft, failuresSinceOpening: failures, locked } = await deviceOf(account).describe(1);
      expect({ guessesLeft, failures, locked }).toEqual(account.described);
    }
    expect((await deviceOf(cleo).describe(1)).slots).toHaveLength(3);
  });

  it('opens with the passwords of then, and stays locked where it was locked', async () => {
    for (const account of [ada, cleo])
      expect(await deviceOf(account).open(account.password, remembered(account))).toBe(account.backupKey);
    expect(await deviceOf(ben).open(ben.password, remembered(ben))).toBe('locked');
  });

  it('keeps its counts: the guess that was counted then gets the reply of then, uncounted', async () => {
    const device = deviceOf(ada);
    const value = { generation: fromHex(ada.generation), ke1: fromHex(frozen.begun.ke1) };
    const begun = valueOf(await device.send(1, { case: 'begin', value }), 'begun');
    expect(toHex(toBinary(BegunSchema, begun))).toBe(frozen.begun.reply);
    expect((await device.describe(1)).failuresSinceOpening).toBe(ada.described.failures);
  });

  it('is what requests of then are understood from, byte by byte', async () => {
    expect((await replay('describe')).event).toBe(VaultEvent.UNSPECIFIED);
    await replay('begin');
    expect((await deviceOf(ada).describe(1)).failuresSinceOpening).toBe(ada.described.failures);
    // Its ticket was sealed then.
    expect((await replay('finish')).event).toBe(VaultEvent.OPENED);
    expect((await deviceOf(ada).describe(1)).failuresSinceOpening).toBe(0);
  });

  it('obeys the owner keys of then', async () => {
    const device = deviceOf(ada);
    const owner = remembered(ada);
    expect((await device.send(1, signHeal(await device.target(1), owner))).case).toBe('accepted');
    expect((await device.send(1, signErase(await device.target(1), owner))).case).toBe('accepted');
    expect(await device.open(ada.password, owner)).toBe('not-registered');
  });

  it('goes on through its epochs: the key of then is destroyed, and passwords open', async () => {
    const { vault, clock } = thawed;
    expect(new Set((await sealedValues()).map(({ value }) => epochOf(value)))).toEqual(new Set([1, 2]));
    for (let i = 0; i < 4; i++) {
      clock.advance(2 * hour);
      await vault.tend();
    }
    expect(new Set((await sealedValues()).map(({ value }) => epochOf(value)))).toEqual(new Set([2]));
    expect(await openSoftwareHsm(thawed.hsmFolder).epochs()).toEqual([2]);
    expect(await deviceOf(ada).open(ada.password, remembered(ada))).toBe(ada.backupKey);
    clock.advance(day);
  });

  it('is what this version writes, as far as somebody knows it who knows that format alone', async () => {
    await deviceOf(ada).open(ada.password, remembered(ada));
    await deviceOf(cleo).open('wrong', remembered(cleo));
    const record = messageOf(frozen, 'strongroom.v1.Record');
    const opened = await openRecords();
    expect(opened).toHaveLength(3);
    for (const bytes of opened) {
      const read = fromBinary(record, bytes) as unknown as {
        readonly format: number;
        readonly $unknown?: unknown;
      };
      if (read.format > format) continue;
      expect(read.$unknown).toBeUndefined();
      expect(toBinary(record, fromBinary(record, bytes, { readUnknownFields: false }))).toEqual(bytes);
    }
  });

  it('has no message, field or value today that means something else', () => {
    const now = new Map([vaultFile, frontDoorFile].map(({ proto }) => [proto.name, meanings(proto)]));
    for (const [name, schema] of Object.entries(frozen.schemas)) {
      const then = meanings(fromBinary(FileDescriptorProtoSchema, fromHex(schema)));
      expect(then.size).toBeGreaterThan(20);
      for (const [what, meaning] of then) expect([what, now.get(name)?.get(what)]).toEqual([what, meaning]);
    }
  });

  // All but the state of the fleet, which is not sealed.
  async function sealedValues(): Promise<{ readonly id: Bytes; readonly value: Bytes }[]> {
    return (await values()).filter(({ id }) => id.some((byte) => byte !== 2));
  }

  async function openRecords(): Promise<Bytes[]> {
    const { vaultId } = thawed.directory.vaults[0]!;
    const hsm = openSoftwareHsm(thawed.hsmFolder);
    const opened = (await values())
      .filter(({ id }) => !isOwn(id))
      .map(async ({ id, value }) => {
        // docs/vault-protocol.md, section 11.
        const sequence = i2osp(os2ip(value.subarray(4, 10)), 6);
        const aad = encode(new Uint8Array(vaultId), id, sequence);
        return unpad(await new Sealer(hsm, epochOf(value)).open(aad, value, 6));
      });
    return Promise.all(opened);
  }
});

// The keys of the vault and the state of the fleet.
function isOwn(id: Bytes): boolean {
  return id.every((byte) => byte === id[0]);
}

function messageOf({ schemas }: FrozenVault, name: string): DescMessage {
  const file = fromBinary(
    FileDescriptorProtoSchema,
    fromHex(schemas['strongroom/v1/vault'] ?? Object.values(schemas)[0]!),
  );
  return createFileRegistry(file, () => undefined).getMessage(name)!;
}

/** What everything in a file means on the wire, by its name. */
function meanings(file: FileDescriptorProto): ReadonlyMap<string, string> {
  return new Map([
    ...file.messageType.flatMap(ofMessage),
    ...file.enumType.flatMap(ofEnum),
    ...ofServices(file),
  ]);
}

function ofMessage({ name, field, oneofDecl }: DescriptorProto): [string, string][] {
  return field.map(({ number, name: fieldName, type, label, typeName, oneofIndex }) => {
    const oneof = oneofDecl[oneofIndex ?? -1]?.name;
    return [`${name} field ${number}`, [fieldName, type, label, typeName, oneof].join()];
  });
}

function ofEnum({ name, value }: EnumDescriptorProto): [string, string][] {
  return value.map((one) => [`${name} value ${one.number}`, one.name]);
}

function ofServices({ service }: FileDescriptorProto): [string, string][] {
  return service.flatMap(({ name, method }) =>
    method.map((one): [string, string] => [`${name}.${one.name}`, `${one.inputType} to ${one.outputType}`]),
  );
}
