import { equalBytes, type Bytes } from '@strongroom/core';
import { withOddKey } from '../../../../tools/fuzz/mutate-message.ts';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import type { Rng } from '../../../../tools/fuzz/rng.ts';
import { decoding, must, type FuzzTarget } from '../../../../tools/fuzz/target.ts';
import { decodeElement, decodeScalar } from '../group.ts';
import { argon2id } from '../ksf.ts';
import { decodeKE1, decodeKE2, decodeRegistrationRecord, encodeKE1, encodeKE2 } from '../messages.ts';
import { verifyProof } from '../proof.ts';
import { ready } from '../sodium.ts';
import type { RetrievalAnswer } from '../threshold/answers.ts';
import { checkCredential, type ThresholdCredential } from '../threshold/credential.ts';
import { evaluate, isKe1 } from '../threshold/evaluate.ts';
import { checkKe3, openFinish, sealFinish } from '../threshold/finish.ts';
import {
  answerAll,
  begin,
  cheapStretch,
  finish,
  makeFleet,
  rightPassword,
  type Fleet,
  type FleetVault,
} from '../threshold/fleet.fixture.ts';
import { finishRetrieval } from '../threshold/retrieve.ts';
import { openSealedKey } from '../threshold/sealed-key.ts';

/** Bytes in which any bits, or a whole key, may be wrong. */
function altered(rng: Rng, inputs: readonly Bytes[]): Bytes {
  return rng.oneIn(2) ? withOddKey(rng, rng.pick(inputs)) : mutate(rng, inputs);
}

/** A number, or one that fits nowhere. */
function oddNumber(rng: Rng, number: number): number {
  return rng.pick([
    number,
    number + 1,
    0,
    -1,
    0.5,
    Number.NaN,
    2 ** 32 - 1,
    2 ** 32,
    1e300,
    rng.below(2 ** 31),
  ]);
}

/** Every decoder of what a peer sends. */
export async function fuzzTargets(): Promise<readonly FuzzTarget[]> {
  await ready();
  const fleet = await makeFleet(2, 3);
  const single = await makeFleet(1, 1);
  return [
    ...messages(fleet),
    ...[fleet, single].flatMap((of) => [evaluations(of), credentials(of), retrievals(of)]),
    proofs(fleet),
    await openings(single),
    stretching(),
  ];
}

function messages(fleet: Fleet): readonly FuzzTarget[] {
  const state = begin(fleet);
  const said = answerAll(fleet, state);
  const ke1s = state.requests.map(({ ke1 }) => ke1);
  const ke2s = said.map(({ answer }) => new Uint8Array(answer.ke2));
  const records = fleet.vaults.map(({ credential }) => {
    const { clientPublicKey, maskingKey, envelope } = credential.registrationRecord;
    return new Uint8Array([...clientPublicKey, ...maskingKey, ...envelope]);
  });
  const elements = ke1s.map((ke1) => ke1.slice(0, 32));
  const scalars = fleet.vaults.map(({ credential }) => new Uint8Array(credential.keyShare));
  return [
    reading('KE1', ke1s, decodeKE1, encodeKE1),
    reading('KE2', ke2s, decodeKE2, encodeKE2),
    reading('a registration record', records, decodeRegistrationRecord),
    reading(
      'a group element',
      elements,
      (bytes) => decodeElement(bytes, 'it'),
      (element) => element,
    ),
    reading(
      'a scalar',
      scalars,
      (bytes) => decodeScalar(bytes, 'it'),
      (scalar) => scalar,
    ),
  ];
}

function reading<T>(
  name: string,
  inputs: readonly Bytes[],
  decode: (bytes: Bytes) => T,
  encode?: (decoded: T) => Uint8Array,
): FuzzTarget {
  return {
    name,
    share: 10,
    run(rng) {
      const bytes = altered(rng, inputs);
      const isItself = (decoded: T): void =>
        must(encode === undefined || equalBytes(encode(decoded), bytes), 'a message has one form');
      return decoding(() => decode(bytes), isItself, ['malformed']);
    },
  };
}

/** A vault that is asked: it answers what is a KE1, and nothing else. */
function evaluations(fleet: Fleet): FuzzTarget {
  const { directory, tenant, accountId } = fleet;
  const ke1s = begin(fleet).requests.map(({ ke1 }) => ke1);
  return {
    name: `KE1, evaluated by one of ${fleet.vaults.length}`,
    share: 1,
    run(rng) {
      const ke1 = altered(rng, ke1s);
      const vault = rng.pick(fleet.vaults);
      const { keyShare } = vault.credential;
      return decoding(
        () => evaluate({ ...vault, threshold: directory.threshold, tenant, accountId, ke1 }),
        ({ ke2 }) => must(isKe1(ke1) && ke2.length === 320, 'what is evaluated is a KE1'),
        { codes: ['malformed'], secrets: [new Uint8Array(keyShare), new Uint8Array(vault.akePrivateKey)] },
      );
    },
  };
}

/** A credential that somebody proposes: what is accepted can be evaluated. */
function credentials(fleet: Fleet): FuzzTarget {
  const { directory, tenant, accountId } = fleet;
  const ke1s = begin(fleet).requests.map(({ ke1 }) => ke1);
  return {
    name: `a credential for one of ${fleet.vaults.length}`,
    share: 1,
    run(rng) {
      const vault = rng.pick(fleet.vaults);
      const credential = alteredCredential(rng, vault, fleet);
      const threshold = rng.oneIn(4) ? oddNumber(rng, directory.threshold) : directory.threshold;
      return decoding(
        () => checkCredential(credential, threshold),
        () => {
          const asked = { ...vault, credential, threshold, tenant, accountId, ke1: rng.pick(ke1s) };
          must(evaluate(asked).ke2.length === 320, 'an accepted credential can be evaluated');
        },
        ['malformed'],
      );
    },
  };
}

function alteredCredential(rng: Rng, { credential }: FleetVault, fleet: Fleet): ThresholdCredential {
  const bytes = (value: Uint8Array): Bytes => altered(rng, [new Uint8Array(value)]);
  const shares = credential.publicShares.map((share) => new Uint8Array(share));
  const { registrationRecord, stretch } = credential;
  const changes: readonly (() => Partial<ThresholdCredential>)[] = [
    () => ({ generation: bytes(credential.generation) }),
    () => ({ index: oddNumber(rng, credential.index) }),
    () => ({ keyShare: bytes(credential.keyShare) }),
    () => ({ publicShares: shares.with(rng.below(shares.length), bytes(rng.pick(shares))) }),
    () => ({ publicShares: Array.from({ length: rng.small(300) }, () => rng.pick(shares)) }),
    () => ({ keyShare: rng.pick(fleet.vaults).credential.keyShare }),
    () => ({ sealedKey: bytes(credential.sealedKey) }),
    () => ({ ownerPublicKey: bytes(credential.ownerPublicKey) }),
    () => ({ stretch: { ...stretch, [rng.pick(['memoryKiB', 'passes', 'lanes'])]: oddNumber(rng, 3) } }),
    () => {
      const field = rng.pick(['clientPublicKey', 'maskingKey', 'envelope'] as const);
      return { registrationRecord: { ...registrationRecord, [field]: bytes(registrationRecord[field]) } };
    },
  ];
  return { ...credential, ...rng.pick(changes)() };
}

/** Answers of vaults, some of which lie: a wrong password is told from a lie, and nothing wrong is ever opened. */
function retrievals(fleet: Fleet): FuzzTarget {
  const state = begin(fleet);
  const said = answerAll(fleet, state);
  const opened = finish(fleet, state, said);
  const rwd = opened.outcome === 'opened' ? opened.rwd : new Uint8Array();
  const answers = said.map(({ answer }) => answer);
  return {
    name: `answers to a guess, of ${fleet.vaults.length}`,
    share: 0.5,
    run(rng) {
      const lies = answers.map((answer) => (rng.oneIn(2) ? answer : alteredAnswer(rng, answer, answers)));
      const given = rng.oneIn(6) ? [...lies, rng.pick(answers)].slice(rng.below(2)) : lies;
      return decoding(
        () => finishRetrieval(state, given, { ...fleet, stretch: cheapStretch }),
        (outcome) => {
          if (outcome.outcome === 'opened') must(equalBytes(outcome.rwd, rwd), 'only what was stored opens');
          // One vault has nobody beside it to show that it lies: then the password seems wrong.
          else must(fleet.vaults.length === 1, 'with proofs, a lie is not a wrong password');
        },
        { codes: ['malformed', 'unavailable', 'vault-misbehaved'], secrets: [rightPassword, rwd] },
      );
    },
  };
}

function alteredAnswer(
  rng: Rng,
  answer: RetrievalAnswer,
  others: readonly RetrievalAnswer[],
): RetrievalAnswer {
  const bytes = (value: Uint8Array): Bytes => altered(rng, [new Uint8Array(value)]);
  const other = rng.pick(others);
  const shares = answer.publicShares;
  const changes: readonly (() => Partial<RetrievalAnswer>)[] = [
    () => ({ ke2: bytes(answer.ke2) }),
    () => ({ ke2: other.ke2 }),
    () => ({ proof: bytes(answer.proof ?? new Uint8Array(64)) }),
    () => ({ proof: other.proof }),
    () => ({ publicShares: shares.with(rng.below(shares.length), bytes(rng.pick(shares))) }),
    () => ({ publicShares: Array.from({ length: rng.small(300) }, () => rng.pick(shares)) }),
    () => ({ vaultId: bytes(answer.vaultId) }),
    () => ({ index: oddNumber(rng, answer.index) }),
    () => ({ generation: bytes(answer.generation) }),
    () => ({
      stretch: { ...answer.stretch, [rng.pick(['memoryKiB', 'passes', 'lanes'])]: oddNumber(rng, 3) },
    }),
  ];
  return { ...answer, ...rng.pick(changes)() };
}

function proofs(fleet: Fleet): FuzzTarget {
  const state = begin(fleet);
  const said = answerAll(fleet, state)[1]!;
  const proof = new Uint8Array(said.answer.proof!);
  const statement = {
    publicKey: new Uint8Array(said.answer.publicShares[1]!),
    blindedElements: [state.blindedElement],
    evaluatedElements: [new Uint8Array(said.answer.ke2.slice(0, 32))],
  };
  return {
    name: 'a proof',
    share: 2,
    run(rng) {
      const forged = altered(rng, [proof]);
      const holds = verifyProof(statement, forged);
      must(holds === equalBytes(forged, proof), 'no other proof holds');
      return holds ? 'accepted' : 'refused';
    },
  };
}

/** What a vault answers to Finish, and what is sealed in it. */
async function openings(fleet: Fleet): Promise<FuzzTarget> {
  const state = begin(fleet);
  const said = answerAll(fleet, state);
  const outcome = finish(fleet, state, said);
  if (outcome.outcome !== 'opened') throw new Error(outcome.outcome);
  const { rwd } = outcome;
  const { sessionKey, ke3 } = outcome.opened[0]!;
  const { generation, accountId, backupKey } = fleet;
  const { expectedClientMac } = said[0]!.evaluation;
  const sealedKey = new Uint8Array(fleet.vaults[0]!.credential.sealedKey);
  const { nonce, ciphertext } = await sealFinish(sessionKey, sealedKey);
  return {
    name: 'KE3, the answer to Finish, and the sealed key',
    share: 2,
    async run(rng) {
      const [forgedKe3, forgedNonce, forged, forgedKey] = [ke3, nonce, ciphertext, sealedKey].map((bytes) =>
        altered(rng, [bytes]),
      ) as [Bytes, Bytes, Bytes, Bytes];
      must(checkKe3(expectedClientMac, forgedKe3) === equalBytes(forgedKe3, ke3), 'only one KE3 is right');
      const secrets = { codes: ['malformed'], secrets: [rwd, backupKey, sessionKey] } as const;
      const opened = rng.oneIn(2) ? [nonce, forged] : [forgedNonce, ciphertext];
      await decoding(
        () => openFinish(sessionKey, opened[0]!, opened[1]!),
        (plaintext) => must(equalBytes(plaintext, sealedKey), 'only what was sealed opens'),
        secrets,
      );
      return decoding(
        () => openSealedKey(rwd, generation, accountId, forgedKey),
        (key) => must(equalBytes(key, backupKey), 'no other key is opened'),
        secrets,
      );
    },
  };
}

/** Costs that a vault claims a registration to have: nothing above the limits is worked out. */
function stretching(): FuzzTarget {
  return {
    name: 'costs of Argon2id',
    share: 1,
    run(rng) {
      const odd = { memoryKiB: 8192, passes: 1, lanes: 1 };
      const name = rng.pick(['memoryKiB', 'passes', 'lanes'] as const);
      const value = oddNumber(rng, name === 'lanes' ? 2 : 2 ** 21);
      if (value >= 1 && value <= 10 && name === 'passes') return 'accepted';
      if (value === 1 && name === 'lanes') return 'accepted';
      return decoding(
        () => argon2id(new Uint8Array(64), { ...odd, [name]: value }),
        () => must(false, 'such costs are refused'),
        ['malformed'],
      );
    },
  };
}
