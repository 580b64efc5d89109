// Writes down what this version of the vault stores and understands, for all later versions to read. Run it when
// LATEST_FORMAT has grown: node --conditions=source packages/vault/src/node/frozen/write-frozen-vault.fixture.ts
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import { issueAccountToken, signingKeyFromSeed } from '@strongroom/protocol';
import { file_strongroom_v1_front_door as frontDoorFile } from '@strongroom/wire/front-door';
import {
  BegunSchema,
  DirectorySchema,
  file_strongroom_v1_vault as vaultFile,
  ServeRequestSchema,
} from '@strongroom/wire/vault';
import { LATEST_FORMAT } from '../../records/format.ts';
import { MemoryStore } from '../../records/memory-store.ts';
import {
  day,
  minute,
  newDevice,
  signMark,
  TestClock,
  TestOwner,
  valueOf,
  type Dealt,
  type TestDevice,
} from '../../testing/index.ts';
import {
  filesIn,
  frozenPath,
  openVault,
  type FrozenAccount,
  type FrozenVault,
} from './frozen-vault.fixture.ts';

const path = frozenPath(LATEST_FORMAT);
// What was written once stays as it is.
if (existsSync(path)) throw new Error(`${path} is there already`);

const folder = mkdtempSync(join(tmpdir(), 'frozen-vault-'));
const hsmFolder = join(folder, 'hsm');
const store = new MemoryStore();
const clock = new TestClock();
const tokenSeed = randomBytes(32);
const tokenKey = await signingKeyFromSeed(tokenSeed);
const vault = await openVault({ store, clock, tokenKey, hsmFolder });
const directory = create(DirectorySchema, {
  epoch: 1n,
  threshold: 1,
  vaults: [vault.describe(1, 'operator 1')],
});
let captured: Bytes = new Uint8Array();

const relay =
  (accountId: Bytes) =>
  async (vaultId: Uint8Array, sealedRequest: Uint8Array): Promise<Bytes> => {
    const fields = { tenant: 'acme', accountId, vaultId, sealedRequest, now: clock.now() };
    const request = create(ServeRequestSchema, {
      token: await issueAccountToken(tokenKey, fields),
      sealedRequest,
    });
    captured = toBinary(ServeRequestSchema, request);
    return new Uint8Array((await vault.serve(request)).sealedAnswer);
  };

interface Person {
  readonly device: TestDevice;
  readonly dealt: Dealt;
  readonly ownerSeed: Bytes;
}

async function register(password: string): Promise<Person> {
  const ownerSeed = randomBytes(32);
  const device = newDevice({ directory, tenant: 'acme', relay });
  return { device, ownerSeed, dealt: await device.register(password, { owner: new TestOwner(ownerSeed) }) };
}

async function freeze({ device, dealt, ownerSeed }: Person): Promise<FrozenAccount> {
  const { guessesLeft, failuresSinceOpening: failures, locked } = await device.describe(1);
  const [accountId, generation, backupKey] = [device.accountId, dealt.generation, dealt.backupKey].map(toHex);
  return {
    accountId: accountId!,
    password: dealt.password,
    generation: generation!,
    backupKey: backupKey!,
    ownerSeed: toHex(ownerSeed),
    described: { guessesLeft, failures, locked },
  };
}

const ada = await register('mint garage 42');
const ben = await register('paper lantern 7');
const cleo = await register('quiet harbour 19');
await vault.tend();
for (let i = 0; i < 10; i++) {
  await ben.device.open(`wrong ${i}`, ben.dealt);
  clock.advance(2 * day);
}
clock.advance(30 * day);
await vault.tend();
// What is sealed under the new epoch is beside what is still sealed under the old one.
await ada.device.open('wrong', ada.dealt);
await ada.device.send(1, signMark(await ada.device.target(1), ada.dealt, 7n, randomBytes(32)));
const candidate = await cleo.device.deal('a new one', { owner: cleo.dealt.owner });
await cleo.device.propose(1, candidate, cleo.dealt.owner);
await cleo.device.propose(1, await cleo.device.deal('of somebody else'));
clock.advance(minute);

const requests: { [name: string]: string } = {};
await ada.device.describe(1);
requests['describe'] = toHex(captured);
const { vaultId } = directory.vaults[0]!;
const guess = ada.device.newGuess(ada.dealt.password, ada.dealt);
const begin = guess.beginRequest(vaultId);
const begun = valueOf(await ada.device.send(1, begin), 'begun');
requests['begin'] = toHex(captured);
const opened = guess.conclude([[vaultId, begun]]);
if (opened === 'wrong-password') throw new Error(opened);
const accounts = { ada: await freeze(ada), ben: await freeze(ben), cleo: await freeze(cleo) };
const values = Object.fromEntries(
  (await store.list(undefined, 100)).map(({ id, value }) => [toHex(id), toHex(value)]),
);
// After what was in the store was written down: this opens it.
await ada.device.send(1, opened.finishRequest(vaultId, begun.ticket));
requests['finish'] = toHex(captured);

const frozen: FrozenVault = {
  format: LATEST_FORMAT,
  now: clock.now(),
  tokenSeed: toHex(tokenSeed),
  hsm: filesIn(hsmFolder),
  store: values,
  accounts,
  requests,
  begun: {
    ke1: toHex((begin.value as { readonly ke1: Uint8Array }).ke1),
    reply: toHex(toBinary(BegunSchema, begun)),
  },
  schemas: Object.fromEntries(
    [vaultFile, frontDoorFile].map(({ proto }) => [
      proto.name,
      toHex(toBinary(FileDescriptorProtoSchema, proto)),
    ]),
  ),
};
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, `${JSON.stringify(frozen, undefined, 2)}\n`);
rmSync(folder, { recursive: true });
console.log(path);
