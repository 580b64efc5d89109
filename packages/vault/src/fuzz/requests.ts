import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { encode, equalBytes, type Bytes } from '@strongroom/core';
import {
  ANSWER_CONTEXT,
  issueAccountToken,
  pad,
  PADDED_LENGTH,
  signingKeyFromSeed,
} from '@strongroom/protocol';
import {
  CredentialSchema,
  ServeRequestSchema,
  TicketSchema,
  VaultRequestSchema,
} from '@strongroom/wire/vault';
import { mutateMessage, withOddKey } from '../../../../tools/fuzz/mutate-message.ts';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import { decoding, must, type FuzzTarget } from '../../../../tools/fuzz/target.ts';
import { sealAnything } from '../hostile/seal.ts';
import { aesGcmSeal } from '../hpke/aes-gcm.ts';
import { keyIdOf, openRequest } from '../hpke/open-request.ts';
import { decapsulate, encapsulate, xwingPrivateKey } from '../hpke/xwing.ts';
import { MemoryStore } from '../records/memory-store.ts';
import { parseCredential, toThresholdCredential } from '../rules/credential.ts';
import { openTicket, sealTicket } from '../rules/ticket.ts';
import { memoryHsm } from '../testing/memory-hsm.ts';
import { RulesAccount } from '../testing/rules-account.ts';
import { credentialFor } from '../testing/deal.ts';
import { Vault } from '../vault.ts';

const fixed = (length: number, byte: number): Bytes => new Uint8Array(length).fill(byte);
const privateKey = xwingPrivateKey(fixed(32, 5));
const [vaultId, accountId] = [fixed(16, 1), fixed(16, 2)];
const tenant = 'acme';

const address = { hpkePublicKey: privateKey.publicKey, vaultId, tenant, accountId };
const sealed = (padded: Bytes): Bytes => sealAnything(address, padded);

const open = (sealedRequest: Bytes): { plaintext: Bytes } =>
  openRequest({ keys: () => privateKey, vaultId, tenant, accountId, sealedRequest });

/** The outer message, by who carries it; and its plaintext with the padding, by who sealed it. */
export function sealedRequests(): readonly FuzzTarget[] {
  const plaintext = fixed(50, 3);
  const sound = sealed(pad(plaintext, PADDED_LENGTH));
  return [
    {
      name: 'a sealed request, by who carries it',
      share: 5,
      async run(rng) {
        const bytes = mutateMessage(rng, [sound]);
        await decoding(
          () => keyIdOf(bytes),
          (id) => must(id.length === 0 || id.length === 16, 'a key id has one length'),
          ['malformed'],
        );
        return decoding(
          () => open(bytes),
          (opened) =>
            must(
              equalBytes(bytes, sound) && equalBytes(opened.plaintext, plaintext),
              'nothing altered opens',
            ),
          { codes: ['malformed'], secrets: [plaintext] },
        );
      },
    },
    {
      name: 'the padding of a sealed request, by who sealed it',
      share: 5,
      run(rng) {
        return decoding(
          () => open(sealed(mutate(rng, [pad(plaintext, PADDED_LENGTH)]))),
          (opened) => must(opened.plaintext.length <= PADDED_LENGTH - 2, 'a request fits its padding'),
          ['malformed'],
        );
      },
    },
    {
      name: 'an encapsulated key',
      share: 5,
      run(rng) {
        const { enc } = encapsulate(privateKey.publicKey);
        const odd = rng.oneIn(2) ? withOddKey(rng, enc) : mutate(rng, [enc]);
        return decoding(
          () => decapsulate(privateKey, odd),
          (secret) =>
            must(secret.length === 32 && ANSWER_CONTEXT.length > 0, 'any of its length gives a secret'),
          ['malformed'],
        );
      },
    },
  ];
}

/** All that a front door sends, by somebody who has its certificate and its key. */
export async function served(): Promise<FuzzTarget> {
  const key = await signingKeyFromSeed(fixed(32, 7));
  const vault = await Vault.open({
    store: new MemoryStore(),
    hsm: memoryHsm(),
    frontDoors: new Map([[tenant, [key.publicKey]]]),
    now: () => 1_900_000_000_000,
  });
  const named = { vaultId: vault.describe(1, '').vaultId, tenant, accountId, now: 1_900_000_000_000 };
  const sound = sealed(pad(fixed(50, 3), PADDED_LENGTH));
  const serve = async (sealedRequest: Bytes): Promise<Bytes> => {
    const token = await issueAccountToken(key, { ...named, sealedRequest });
    return new Uint8Array(toBinary(ServeRequestSchema, create(ServeRequestSchema, { token, sealedRequest })));
  };
  const message = await serve(sound);
  return {
    name: 'what a front door sends',
    share: 3,
    async run(rng) {
      const bytes = rng.oneIn(2) ? mutateMessage(rng, [message]) : await serve(mutateMessage(rng, [sound]));
      let request;
      try {
        request = fromBinary(ServeRequestSchema, bytes);
      } catch {
        // Connect refuses it.
        return 'refused';
      }
      return decoding(
        () => vault.serve(request),
        () => must(false, 'what is sealed for another vault is answered'),
        ['malformed', 'not-authorised'],
      );
    },
  };
}

/** A serialized Credential that somebody proposes. */
export async function credentials(): Promise<FuzzTarget> {
  const accounts = [1, 3, 8].map((vaults) => new RulesAccount({ vaults }));
  const sound = await Promise.all(
    accounts.map(async (account) => credentialFor(await account.deal('right'), account.vault.vaultId)),
  );
  return {
    name: 'a proposed credential',
    share: 5,
    run(rng) {
      const credential = parseCredential(mutateMessage(rng, sound));
      if (credential === undefined) return 'refused';
      const { publicShares, keyShare, ownerPublicKey } = toThresholdCredential(credential);
      must(
        publicShares.length <= 8 && keyShare.length === 32 && ownerPublicKey.length === 32,
        'its sizes hold',
      );
      const stored = toBinary(CredentialSchema, credential);
      must(stored.length < 1100, 'it fits into a record three times');
      return 'accepted';
    },
  };
}

/** A ticket, by who carries it: no other one opens; and as another vault of the fleet might seal it. */
export async function tickets(): Promise<FuzzTarget> {
  const account = new RulesAccount();
  const situation = account.situation();
  const fields = {
    generation: fixed(16, 1),
    guess: 3n,
    expectedClientMac: fixed(64, 2),
    sessionKey: fixed(64, 3),
    expiresAt: situation.now,
  };
  const sound = sealTicket(fields, situation);
  const message = new Uint8Array(toBinary(TicketSchema, create(TicketSchema, fields)));
  const resealed = (plaintext: Bytes): Bytes => {
    const nonce = fixed(12, 9);
    const owner = encode(situation.vault.vaultId, situation.tenant, situation.accountId);
    return new Uint8Array([...nonce, ...aesGcmSeal(situation.vault.ticketKey, nonce, owner, plaintext)]);
  };
  const request = create(VaultRequestSchema, { request: { case: 'finish', value: { ticket: sound } } });
  must(request.request.case === 'finish', 'it is what a client brings back');
  return {
    name: 'a ticket',
    share: 10,
    run(rng) {
      const bytes = mutate(rng, [sound]);
      const opened = openTicket(bytes, situation);
      must(opened === undefined || equalBytes(bytes, sound), 'no other ticket opens');
      return openTicket(resealed(mutateMessage(rng, [message])), situation) === undefined
        ? 'refused'
        : 'accepted';
    },
  };
}
