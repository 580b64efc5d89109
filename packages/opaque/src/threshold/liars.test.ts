import { randomBytes, StrongroomError, toHex, utf8, type Bytes } from '@strongroom/core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { multiplyBase, randomScalar } from '../group.ts';
import { ready } from '../sodium.ts';
import type { RetrievalAnswer } from './answers.ts';
import type { RetrievalState } from './begin.ts';
import { deal } from './shamir.ts';
import {
  answerAll,
  answerAs,
  begin,
  finish,
  flipBit,
  makeFleet,
  resultOf,
  type Fleet,
  type FleetVault,
  type Said,
} from './fleet.fixture.ts';

beforeAll(ready);

const wrong = utf8('mint garage 43');

/** What came of a guess at a fleet of t of n, when some of its vaults answer as `lie` says. */
function outcome(
  fleet: Fleet,
  lie: (said: readonly Said[], state: RetrievalState) => readonly Said[],
  password?: Bytes,
): string {
  const state = begin(fleet, password);
  return resultOf(fleet, () => finish(fleet, state, lie(answerAll(fleet, state), state)));
}

function changed(said: Said | undefined, changes: Partial<RetrievalAnswer>): Said {
  return { ...said!, answer: { ...said!.answer, ...changes } };
}

/** What a vault says whose state is another one. */
function saidAs(
  fleet: Fleet,
  index: number,
  changes: Partial<FleetVault['credential']>,
  state: RetrievalState,
): Said {
  const vault = fleet.vaults[index - 1]!;
  const credential = { ...vault.credential, ...changes };
  return answerAs({ ...vault, credential }, fleet, state.ke1For(vault.vaultId));
}

function foreignRecord(fleet: Fleet): FleetVault['credential']['registrationRecord'] {
  const { registrationRecord } = fleet.vaults[0]!.credential;
  return { ...registrationRecord, maskingKey: randomBytes(64), envelope: randomBytes(96) };
}

type Lie = readonly [
  title: string,
  reason: string,
  lie: (fleet: Fleet, honest: Said, state: RetrievalState) => Said,
];

/** Each lie as vault 1 of a fleet may tell it, and what it is found out by. */
const lies: readonly Lie[] = [
  [
    'evaluates with another share',
    'its proof is wrong',
    (fleet, _, state) => saidAs(fleet, 1, { keyShare: randomScalar(randomBytes) }, state),
  ],
  [
    "evaluates with another vault's share",
    'its proof is wrong',
    (fleet, _, state) => saidAs(fleet, 1, { keyShare: fleet.vaults[1]!.credential.keyShare }, state),
  ],
  ['sends no proof', 'its proof is wrong', (_, said) => changed(said, { proof: undefined })],
  ['sends an empty proof', 'its proof is wrong', (_, said) => changed(said, { proof: new Uint8Array(0) })],
  [
    'sends the proof of another guess',
    'its proof is wrong',
    (fleet, said) => changed(said, { proof: answerAll(fleet, begin(fleet))[0]!.answer.proof }),
  ],
  [
    'answers with what it said to another guess',
    'its proof is wrong',
    (fleet) => answerAll(fleet, begin(fleet))[0]!,
  ],
  [
    'shows another public share of its own, with the proof that fits',
    'it disagrees with the other vaults',
    (fleet, _, state) => {
      const keyShare = randomScalar(randomBytes);
      const [, ...others] = fleet.vaults[0]!.credential.publicShares;
      return saidAs(fleet, 1, { keyShare, publicShares: [multiplyBase(keyShare), ...others] }, state);
    },
  ],
  [
    'shows a whole deal of its own, with the proof that fits',
    'it disagrees with the other vaults',
    (fleet, _, state) => {
      const { keyShares, publicShares } = deal(fleet.directory.threshold, fleet.vaults.length, randomBytes);
      return saidAs(fleet, 1, { keyShare: keyShares[0]!, publicShares }, state);
    },
  ],
  [
    'shows the public share of another in its place',
    'it disagrees with the other vaults',
    (fleet, said) => changed(said, { publicShares: swapTwo(fleet.vaults[0]!.credential.publicShares) }),
  ],
  [
    'shows too few public shares',
    'its answer is malformed',
    (_, said) => changed(said, { publicShares: said.answer.publicShares.slice(1) }),
  ],
  [
    'shows a public share that is no element',
    'its answer is malformed',
    (_, said) => changed(said, { publicShares: said.answer.publicShares.map(() => new Uint8Array(32)) }),
  ],
  [
    'asks for cheaper stretching',
    'it disagrees with the other vaults',
    (_, said) => changed(said, { stretch: { memoryKiB: 8192, passes: 1, lanes: 1 } }),
  ],
  [
    'asks for absurd stretching',
    'its answer is malformed',
    (_, said) => changed(said, { stretch: { memoryKiB: Number.NaN, passes: -1, lanes: 2 ** 40 } }),
  ],
  [
    'answers for another generation',
    'it disagrees with the other vaults',
    (fleet, _, state) => saidAs(fleet, 1, { generation: randomBytes(16) }, state),
  ],
  [
    'uses another index',
    'its index is not the one in the directory',
    (_, said) => changed(said, { index: 2 }),
  ],
  [
    'sends a KE2 that is cut short',
    'its answer is malformed',
    (_, said) => changed(said, { ke2: said.answer.ke2.slice(1) }),
  ],
  [
    'sends the identity for an evaluation',
    'its answer is malformed',
    (_, said) => changed(said, { ke2: said.answer.ke2.map((byte, i) => (i < 32 ? 0 : byte)) }),
  ],
  [
    'masks rubbish, with a proof that is right',
    'its envelope does not open',
    (fleet, _, state) => saidAs(fleet, 1, { registrationRecord: foreignRecord(fleet) }, state),
  ],
  [
    "masks another vault's record",
    'its envelope does not open',
    (fleet, _, state) =>
      saidAs(fleet, 1, { registrationRecord: fleet.vaults[1]!.credential.registrationRecord }, state),
  ],
  [
    'uses another AKE key than it showed at registration',
    'its MAC is wrong',
    (fleet, _, state) => {
      const vault = { ...fleet.vaults[0]!, akePrivateKey: fleet.vaults[1]!.akePrivateKey };
      return answerAs(vault, fleet, state.ke1For(vault.vaultId));
    },
  ],
  [
    'sends a wrong MAC',
    'its MAC is wrong',
    (_, said) => changed(said, { ke2: flipBit(said.answer.ke2, 8 * 319) }),
  ],
  [
    'believes in another tenant',
    'its MAC is wrong',
    (fleet, { vault }, state) =>
      answerAs(vault, { ...fleet, tenant: 'elsewhere' }, state.ke1For(vault.vaultId)),
  ],
  [
    'believes in another threshold',
    'its MAC is wrong',
    (fleet, { vault }, state) => {
      const directory = { ...fleet.directory, threshold: fleet.directory.threshold + 1 };
      return answerAs(vault, { ...fleet, directory }, state.ke1For(vault.vaultId));
    },
  ],
];

describe.each(lies)('a vault that %s', (_, reason, lie) => {
  const detectedLate = /envelope|MAC/.test(reason);
  const withLiar = (fleet: Fleet, count: number) => (said: readonly Said[], state: RetrievalState) => [
    lie(fleet, said[0]!, state),
    ...said.slice(1, count),
  ];

  test('is named and left out when enough others answer (2 of 3)', async () => {
    const fleet = await makeFleet(2, 3);
    expect(outcome(fleet, withLiar(fleet, 3))).toBe(`opened; vault 1: ${reason}`);
  });

  test('does not make a wrong password look right, nor a right one wrong (3 of 5)', async () => {
    const fleet = await makeFleet(3, 5);
    expect(outcome(fleet, withLiar(fleet, 5))).toBe(`opened; vault 1: ${reason}`);
    const named = detectedLate ? '' : `; vault 1: ${reason}`;
    expect(outcome(fleet, withLiar(fleet, 5), wrong)).toBe(`wrong-password${named}`);
  });

  test('is why too few are left, and no reason to call the password wrong (2 of 3, one down)', async () => {
    const fleet = await makeFleet(2, 3);
    const found = outcome(fleet, withLiar(fleet, 2));
    // With an evaluation that is proven to be right, the one honest vault is enough to open.
    expect(found).toMatch(detectedLate ? /^opened; vault 1/ : /^vault-misbehaved/);
    expect(found).toContain(detectedLate ? reason : toHex(fleet.vaults[0]!.vaultId));
  });

  test('is not the only thing that stands in the way when too few answer (3 of 5, three down)', async () => {
    const fleet = await makeFleet(3, 5);
    expect(outcome(fleet, withLiar(fleet, 2))).toBe('unavailable {"answered":2,"needed":3}');
  });
});

describe('several liars', () => {
  test('that are fewer than t cannot outvote the honest, though they agree with each other', async () => {
    const fleet = await makeFleet(3, 5);
    const { keyShares, publicShares } = deal(3, 5, randomBytes);
    const found = outcome(fleet, (said, state) => [
      saidAs(fleet, 1, { keyShare: keyShares[0]!, publicShares }, state),
      saidAs(fleet, 2, { keyShare: keyShares[1]!, publicShares }, state),
      ...said.slice(2),
    ]);
    const reason = 'it disagrees with the other vaults';
    expect(found).toBe(`opened; vault 1: ${reason}; vault 2: ${reason}`);
  });

  test('are each named for their own lie', async () => {
    const fleet = await makeFleet(3, 5);
    const found = outcome(fleet, (said, state) => [
      changed(said[0], { proof: undefined }),
      ...said.slice(1, 4),
      saidAs(fleet, 5, { registrationRecord: foreignRecord(fleet) }, state),
    ]);
    expect(found).toBe('opened; vault 1: its proof is wrong; vault 5: its envelope does not open');
  });

  test('where nothing shows who is right, all that disagree are named', async () => {
    const fleet = await makeFleet(2, 2);
    const found = outcome(fleet, (said, state) => [
      said[0]!,
      saidAs(fleet, 2, { generation: randomBytes(16) }, state),
    ]);
    for (const { vaultId } of fleet.vaults) expect(found).toContain(toHex(vaultId));
    expect(found).toMatch(/^vault-misbehaved .*it disagrees with the other vaults/);
  });

  test('that all mask rubbish can hide the right password from one vault, and from no more', async () => {
    const alone = await makeFleet(1, 1);
    const rubbish = { registrationRecord: foreignRecord(alone) };
    expect(outcome(alone, (_, state) => [saidAs(alone, 1, rubbish, state)])).toBe('wrong-password');
  });

  test('with a right envelope and a wrong MAC, the only vault is at fault, not the password', async () => {
    const fleet = await makeFleet(1, 1);
    const found = outcome(fleet, ([said]) => [changed(said, { ke2: flipBit(said!.answer.ke2, 8 * 300) })]);
    expect(found).toMatch(/^vault-misbehaved .*its MAC is wrong/);
  });
});

test('a vault whose AKE key is not the one in the directory is named, though all it says fits together', async () => {
  const fleet = await makeFleet(2, 3);
  const [first, ...others] = fleet.directory.vaults;
  const listed = [{ ...first!, akePublicKey: others[0]!.akePublicKey }, ...others];
  const elsewhere = { ...fleet, directory: { threshold: 2, vaults: listed } };
  const found = outcome(elsewhere, (said) => said);
  expect(found).toBe('opened; vault 1: its key is not the one in the directory');
});

describe('answers that cannot be', () => {
  test('two of one vault are refused', async () => {
    const fleet = await makeFleet(2, 3);
    const found = outcome(fleet, (said) => [...said, said[0]!]);
    expect(found).toBe('malformed {"what":"two answers of one vault"}');
  });

  test('one of a vault that is not in the directory is refused', async () => {
    const fleet = await makeFleet(2, 3);
    const found = outcome(fleet, (said) => [...said, changed(said[0], { vaultId: randomBytes(16) })]);
    expect(found).toBe('malformed {"what":"an answer of a vault that is not in the directory"}');
  });

  test('none at all are too few', async () => {
    const fleet = await makeFleet(2, 3);
    expect(outcome(fleet, () => [])).toBe('unavailable {"answered":0,"needed":2}');
  });

  test('too few tell as their cause which of them was a lie', async () => {
    const fleet = await makeFleet(3, 5);
    const state = begin(fleet);
    const [said] = answerAll(fleet, state);
    const cause = expect.objectContaining({ code: 'vault-misbehaved' });
    expect(() => finish(fleet, state, [changed(said, { proof: undefined })])).toThrowError(
      expect.objectContaining({ code: 'unavailable', cause }),
    );
  });

  test('a registration whose public shares lie on no one polynomial is refused', async () => {
    const fleet = await makeFleet(2, 3);
    const keyShares = fleet.vaults.map(() => randomScalar(randomBytes));
    const publicShares = keyShares.map(multiplyBase);
    const found = outcome(fleet, (_, state) =>
      fleet.vaults.map(({ index }) =>
        saidAs(fleet, index, { keyShare: keyShares[index - 1]!, publicShares }, state),
      ),
    );
    expect(found).toBe('malformed {"what":"the public shares of this registration"}');
  });
});

// Each of them is a whole retrieval.
const runs = { numRuns: 50 };

describe('any changed bit', () => {
  const anyBit = fc.nat({ max: 8 * 320 - 1 });

  test('of KE1 on its way to one vault is refused there, or that vault is left out', async () => {
    const fleet = await makeFleet(2, 3);
    fc.assert(
      fc.property(fc.nat({ max: 8 * 96 - 1 }), (bit) => {
        const found = outcome(fleet, (said, state) => {
          const [vault] = fleet.vaults as [FleetVault];
          const answer = attempt(() => answerAs(vault, fleet, flipBit(state.ke1For(vault.vaultId), bit)));
          return [...(answer ? [answer] : []), ...said.slice(1)];
        });
        expect(found).toMatch(/^opened(; vault 1: (its proof|its MAC) is wrong)?$/);
      }),
      runs,
    );
  });

  test('of KE2 costs that vault its place, and nothing else', async () => {
    const fleet = await makeFleet(2, 3);
    fc.assert(
      fc.property(anyBit, (bit) => {
        const lie = (said: readonly Said[]): readonly Said[] => [
          changed(said[0], { ke2: flipBit(said[0]!.answer.ke2, bit) }),
          ...said.slice(1),
        ];
        expect(outcome(fleet, lie)).toMatch(/^opened; vault 1: its (answer|proof|envelope|MAC) [a-z ]+$/);
      }),
      runs,
    );
  });

  test('of KE2 from the only vault never opens', async () => {
    const fleet = await makeFleet(1, 1);
    fc.assert(
      fc.property(anyBit, (bit) => {
        const found = outcome(fleet, ([said]) => [changed(said, { ke2: flipBit(said!.answer.ke2, bit) })]);
        expect(found).toMatch(/^(wrong-password|vault-misbehaved)/);
      }),
      runs,
    );
  });

  test('of a proof or a public share costs that vault its place', async () => {
    const fleet = await makeFleet(2, 3);
    fc.assert(
      fc.property(fc.nat({ max: 8 * 64 - 1 }), fc.nat({ max: 2 }), fc.boolean(), (bit, share, inProof) => {
        const found = outcome(fleet, ([first, ...rest]) => {
          const { proof, publicShares } = first!.answer;
          const lie = inProof
            ? { proof: flipBit(proof!, bit) }
            : { publicShares: publicShares.map((one, i) => (i === share ? flipBit(one, bit % 256) : one)) };
          return [changed(first, lie), ...rest];
        });
        expect(found).toMatch(/^opened; vault 1: it/);
      }),
      runs,
    );
  });
});

function swapTwo([first, second, ...rest]: readonly Uint8Array[]): readonly Uint8Array[] {
  return [first!, ...rest, second!];
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof StrongroomError && error.code === 'malformed') return undefined;
    throw error;
  }
}
