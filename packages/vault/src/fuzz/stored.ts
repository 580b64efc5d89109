import { create, toBinary } from '@bufbuild/protobuf';
import { encode, i2osp, type Bytes } from '@strongroom/core';
import { pad } from '@strongroom/protocol';
import {
  EpochState,
  FleetKeysSchema,
  FleetStateSchema,
  ProposeKeysSchema,
  RecordSchema,
  type VaultRequest,
  VaultRequestSchema,
} from '@strongroom/wire/vault';
import { mutateMessage } from '../../../../tools/fuzz/mutate-message.ts';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import { decoding, must, type FuzzTarget, type Refusals } from '../../../../tools/fuzz/target.ts';
import { decodeFleet, encodeFleet } from '../epochs/fleet-codec.ts';
import { FLEET_STATE_ID, FleetRecord } from '../epochs/fleet-record.ts';
import { defaultEpochPolicy } from '../epochs/epoch-policy.ts';
import type { Fleet } from '../epochs/fleet.ts';
import { nextSteps } from '../epochs/next-steps.ts';
import { progressOf } from '../epochs/progress.ts';
import { FLEET_KEYS_ID, openFleetKeys } from '../fleet-keys.ts';
import type { Hsm } from '../hsm/hsm.ts';
import { Sealer } from '../hsm/sealer.ts';
import { PROPOSE_KEYS_ID, ProposeKeyring } from '../propose-keys.ts';
import { MemoryStore } from '../records/memory-store.ts';
import type { RecordStore } from '../records/record-store.ts';
import { RECORD_SIZE, SealedRecords } from '../records/sealed-records.ts';
import { apply } from '../rules/apply.ts';
import { memoryHsm } from '../testing/memory-hsm.ts';
import { RulesAccount } from '../testing/rules-account.ts';
import { signPropose } from '../testing/signed-requests.ts';

const fixed = (length: number, byte: number): Bytes => new Uint8Array(length).fill(byte);
const now = 1_900_000_000_000;

async function hsmWithKey(): Promise<Hsm> {
  const hsm = memoryHsm();
  await hsm.makeKey(1);
  return hsm;
}

/** A store that has one value under every id, whatever is written. */
function storeOf(value: Bytes): RecordStore {
  const store = new MemoryStore();
  return {
    read: async () => ({ value, revision: 1 }),
    list: async () => [],
    replace: async () => 'conflict',
    forgetOldValues: () => store.forgetOldValues(),
    close: () => store.close(),
  };
}

const lyingStore: Refusals = {
  // A record may claim to be of a newer version.
  codes: ['hsm', 'unavailable'],
  texts: [
    'the store lost a record',
    'the store returned an older record',
    'the store returned a record that does not open',
    'the store returned a record that cannot be read',
    'the store returned keys for Propose that do not open',
    'the store returned keys for Propose that cannot be read',
  ],
};

/** A stored record: as the store changes it, and as somebody seals it who has the sealing key. */
export async function records(): Promise<readonly FuzzTarget[]> {
  const account = new RulesAccount();
  const live = await account.register('right');
  account.begin('wrong', live);
  const message = new Uint8Array(toBinary(RecordSchema, account.record!));
  const [id, vaultId, sequence] = [fixed(32, 1), fixed(16, 2), i2osp(7, 6)];
  const hsm = await hsmWithKey();
  const sealer = new Sealer(hsm, 1);
  const seal = (padded: Bytes): Promise<Bytes> =>
    sealer.seal(encode(vaultId, id, sequence), padded, sequence);
  const sound = await seal(pad(message, RECORD_SIZE));
  const read = (value: Bytes): Promise<unknown> =>
    new SealedRecords(storeOf(value), sealer, vaultId).read(id);
  const secrets = [live.credentials.values().next().value!.keyShare].map((bytes) => new Uint8Array(bytes));
  const requests = await requestsOf(account);
  return [
    {
      name: 'a stored record, by the store',
      share: 5,
      run(rng) {
        const value = mutate(rng, [sound]);
        return decoding(
          () => read(value),
          () => must(Buffer.compare(value, sound) === 0, 'only what was sealed opens'),
          { ...lyingStore, secrets },
        );
      },
    },
    {
      name: 'a stored record, by who can seal',
      share: 3,
      async run(rng) {
        const forged = mutateMessage(rng, [message]).slice(0, RECORD_SIZE - 2);
        const value = await seal(
          rng.oneIn(4) ? mutate(rng, [pad(forged, RECORD_SIZE)]) : pad(forged, RECORD_SIZE),
        );
        return decoding(
          () => read(value),
          () => undefined,
          { ...lyingStore, secrets },
        );
      },
    },
    {
      name: 'a record that makes no sense, under the rules',
      share: 1,
      async run(rng) {
        const forged = mutateMessage(rng, [message]).slice(0, RECORD_SIZE - 2);
        let opened;
        try {
          const value = await seal(pad(forged, RECORD_SIZE));
          opened = await new SealedRecords(storeOf(value), sealer, vaultId).read(id);
        } catch {
          return 'refused';
        }
        const { record } = opened;
        return decoding(
          () => apply(record, rng.pick(requests), account.situation()),
          ({ reply }) => must(reply.reply.case !== undefined, 'every request has a reply'),
          { codes: ['malformed'], secrets },
        );
      },
    },
  ];
}

async function requestsOf(account: RulesAccount): Promise<readonly VaultRequest[]> {
  const next = await account.deal('next');
  const shapes = [
    { case: 'describe', value: {} },
    signPropose(account.target, next),
    account
      .newGuess('right', { generation: account.record!.live!.credential!.generation as Bytes })
      .beginRequest(account.vault.vaultId),
  ] as const;
  return shapes.map((request) => create(VaultRequestSchema, { request }));
}

/** The vault's own keys and its keys for Propose: as the store changes them, and as somebody seals them. */
export async function vaultKeys(): Promise<readonly FuzzTarget[]> {
  const hsm = await hsmWithKey();
  const sealer = new Sealer(hsm, 1);
  const fleetKey = fixed(32, 11);
  const keys = new Uint8Array(
    toBinary(
      FleetKeysSchema,
      create(FleetKeysSchema, {
        vaultId: fixed(16, 1),
        hpkeSeed: fixed(32, 2),
        akePrivateKey: fixed(32, 3),
        akePublicKey: fixed(32, 4),
        fleetKey,
      }),
    ),
  );
  const propose = new Uint8Array(
    toBinary(
      ProposeKeysSchema,
      create(ProposeKeysSchema, {
        keys: [1, 2].map((n) => ({ keyId: fixed(16, n), seed: fixed(32, n), madeAt: BigInt(now) })),
      }),
    ),
  );
  const fleetAad = encode('strongroom fleet keys');
  const proposeAad = encode('strongroom propose keys');
  const [soundKeys, soundPropose] = [
    await sealer.seal(fleetAad, keys),
    await sealer.seal(proposeAad, propose),
  ];
  return [
    {
      name: `the vault's own keys`,
      share: 2,
      async run(rng) {
        const value = rng.oneIn(2)
          ? mutate(rng, [soundKeys])
          : await sealer.seal(fleetAad, mutateMessage(rng, [keys]));
        must(FLEET_KEYS_ID.length === 32, 'they have a place of their own');
        return decoding(
          () => openFleetKeys(storeOf(value), hsm),
          () => undefined,
          {
            codes: ['wrong-usage', 'hsm', 'malformed'],
            secrets: [fleetKey],
          },
        );
      },
    },
    {
      name: 'the keys for Propose',
      share: 2,
      async run(rng) {
        const isAltered = rng.oneIn(2);
        const value = isAltered
          ? mutate(rng, [soundPropose])
          : await sealer.seal(proposeAad, mutateMessage(rng, [propose]));
        const ring = new ProposeKeyring(onlyFor(PROPOSE_KEYS_ID, value), sealer);
        return decoding(
          async () => [await ring.find(fixed(16, 2), now), await ring.current(now)],
          () => undefined,
          { ...lyingStore, codes: ['hsm', 'malformed'], secrets: [fixed(32, 2)] },
        );
      },
    },
  ];
}

// Keys that are due are written anew: that must come to an end.
function onlyFor(id: Bytes, value: Bytes): RecordStore {
  const store = storeOf(value);
  return {
    ...store,
    read: async (asked) => (Buffer.compare(asked, id) === 0 ? store.read(id) : undefined),
    replace: async () => 'committed',
  };
}

/** What an HSM is given to open. */
export async function sealedValues(): Promise<FuzzTarget> {
  const hsm = await hsmWithKey();
  const plaintext = fixed(40, 3);
  const sound = await hsm.seal(1, fixed(5, 1), plaintext);
  return {
    name: 'a value that an HSM sealed',
    share: 10,
    run(rng) {
      const value = mutate(rng, [sound]);
      const aad = rng.oneIn(4) ? mutate(rng, [fixed(5, 1)]) : fixed(5, 1);
      return decoding(
        () => hsm.open(rng.pick([1, 1, 1, 2]), aad, value),
        (opened) => must(Buffer.compare(opened, plaintext) === 0, 'only what was sealed opens'),
        { codes: ['hsm'], secrets: [plaintext] },
      );
    },
  };
}

/** The state of the fleet, which nobody seals: whoever can write to the store says what they like in it. */
export async function fleetStates(): Promise<readonly FuzzTarget[]> {
  const message = fleetState();
  return [
    {
      name: 'the state of the fleet',
      share: 5,
      run(rng) {
        const value = mutateMessage(rng, [message]);
        return decoding(
          () => new FleetRecord(onlyFor(FLEET_STATE_ID, value)).read(),
          (stored) => {
            const { fleet, version } = stored!;
            const again = decodeFleet(encodeFleet(fleet, version));
            must(JSON.stringify(again) === JSON.stringify({ fleet, version }), 'what is read can be written');
          },
          ['wrong-usage'],
        );
      },
    },
    {
      name: 'the state of the fleet, and what a node does about it',
      share: 2,
      run(rng) {
        let fleet;
        try {
          ({ fleet } = decodeFleet(mutateMessage(rng, [message])));
        } catch {
          return 'refused';
        }
        must(stepsOf(fleet) < 1000, 'there is an end to what is to be done');
        return 'accepted';
      },
    },
  ];
}

function stepsOf(fleet: Fleet): number {
  const me = fleet.nodes[0]!.id;
  const serving = {
    sealsUnder: 2,
    reception: { publicKey: fixed(1216, 1), wasAnnounced: true },
    emptySince: new Map([[1, 0]]),
    searched: new Map([[1, 'clear' as const]]),
  };
  const held = new Map([
    [1, '11'.repeat(16)],
    [2, '22'.repeat(16)],
  ]);
  const facts = { me, now, policy: defaultEpochPolicy, held, trusted: new Set<string>(), serving };
  progressOf(fleet, facts, []);
  return nextSteps(fleet, facts).length;
}

function fleetState(): Bytes {
  const nodes = [1, 2, 3].map((n) => ({
    transportKey: fixed(500, n),
    site: `site ${n}`,
    enteredAt: BigInt(now),
    sealsUnder: 2,
    reception: { publicKey: fixed(1216, n), proof: fixed(52, n), at: BigInt(now) },
  }));
  const ids = [1, 2].map((n) => fixed(32, n));
  const handed = [
    {
      from: ids[0]!,
      to: ids[1]!,
      reception: fixed(32, 9),
      at: 1n,
      enc: fixed(1120, 1),
      ciphertext: fixed(600, 2),
    },
  ];
  const epochs = [EpochState.RETIRING, EpochState.CURRENT, EpochState.MAKING].map((state, i) => ({
    number: i + 1,
    state,
    since: BigInt(now),
    madeAt: BigInt(now),
    maker: ids[0]!,
    keyCheck: fixed(16, 0x11 * (i + 1)),
    heldBy: ids,
    destroyedBy: [],
    handed,
  }));
  const removed = [{ transportKey: fixed(500, 7), site: 'gone', removedAt: 1n, distrustedBy: ids }];
  const pass = { node: ids[0]!, until: 5n, current: 2, retiring: [1], after: fixed(32, 1), seen: 4n };
  const state = { version: 9n, writeId: fixed(16, 1), nodes, removed, epochs, pass, values: 12n };
  return new Uint8Array(toBinary(FleetStateSchema, create(FleetStateSchema, state)));
}
