import { fromHex, toHex } from '@strongroom/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeElement, decodeScalar } from './group.ts';
import { blind, blindEvaluate, deriveKeyPair, evaluate, finalize, OPRF, VOPRF } from './oprf.ts';
import { generateProof, verifyProof, type Statement } from './proof.ts';
import { ready } from './sodium.ts';
import { replay } from './vectors/replay.ts';
import { rfc9497, type OprfCase, type OprfVectors } from './vectors/rfc9497.ts';

beforeAll(ready);

const element = (hex: string) => decodeElement(fromHex(hex), 'a vector');
const scalar = (hex: string) => decodeScalar(fromHex(hex), 'a vector');

test('the vectors hold both modes, single inputs and a batch', () => {
  expect(rfc9497.map(({ mode, cases }) => [mode, cases.map(({ batch }) => batch)])).toEqual([
    ['OPRF', [1, 1]],
    ['VOPRF', [1, 1, 2]],
  ]);
});

describe.each(rfc9497)('RFC 9497 appendix A.1, mode $mode', (vectors: OprfVectors) => {
  const mode = vectors.mode === 'OPRF' ? OPRF : VOPRF;
  const privateKey = () => scalar(vectors.skSm);

  test('DeriveKeyPair', () => {
    const pair = deriveKeyPair(mode, fromHex(vectors.seed), fromHex(vectors.keyInfo));
    expect(toHex(pair.privateKey)).toBe(vectors.skSm);
    expect([undefined, toHex(pair.publicKey)]).toContain(vectors.pkSm);
  });

  test.each(vectors.cases)(
    'Blind, BlindEvaluate, Finalize, Evaluate (batch of $batch)',
    (vector: OprfCase) => {
      expect.assertions(4 * vector.batch);
      for (const [i, hex] of vector.input.entries()) {
        const input = fromHex(hex);
        const blinded = blind(mode, input, replay(vector.blind[i]!));
        expect(toHex(blinded.blindedElement)).toBe(vector.blindedElement[i]);
        const evaluated = blindEvaluate(privateKey(), blinded.blindedElement);
        expect(toHex(evaluated)).toBe(vector.evaluationElement[i]);
        expect(toHex(finalize(input, blinded.blind, evaluated))).toBe(vector.output[i]);
        expect(toHex(evaluate(mode, privateKey(), input))).toBe(vector.output[i]);
      }
    },
  );
});

describe('RFC 9497 proofs', () => {
  const [, voprf] = rfc9497 as readonly [OprfVectors, OprfVectors];
  const statement = (vector: OprfCase): Statement => ({
    publicKey: element(voprf.pkSm!),
    blindedElements: vector.blindedElement.map(element),
    evaluatedElements: vector.evaluationElement.map(element),
  });

  test.each(voprf.cases)('GenerateProof and VerifyProof (batch of $batch)', (vector: OprfCase) => {
    const random = replay(vector.proofRandomScalar!);
    expect(toHex(generateProof(scalar(voprf.skSm), statement(vector), random))).toBe(vector.proof);
    expect(verifyProof(statement(vector), fromHex(vector.proof!))).toBe(true);
  });

  test.each(voprf.cases)('any changed bit of a proof is refused (batch of $batch)', (vector: OprfCase) => {
    const proof = fromHex(vector.proof!);
    for (let bit = 0; bit < 8 * proof.length; bit += 5) {
      const changed = proof.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyProof(statement(vector), changed)).toBe(false);
    }
  });

  test('a proof of another length is refused', () => {
    const vector = voprf.cases[0]!;
    const proof = fromHex(vector.proof!);
    for (const bytes of [new Uint8Array(0), proof.slice(0, 32), proof.slice(0, 63), new Uint8Array(65)]) {
      expect(verifyProof(statement(vector), bytes)).toBe(false);
    }
  });

  test('a proof holds for its own key, elements and order alone', () => {
    const vector = voprf.cases[2]!;
    const proof = fromHex(vector.proof!);
    const honest = statement(vector);
    const { blindedElements, evaluatedElements, publicKey } = honest;
    const others: readonly Statement[] = [
      { ...honest, publicKey: evaluatedElements[0]! },
      { ...honest, blindedElements: blindedElements.toReversed() },
      { ...honest, evaluatedElements: evaluatedElements.toReversed() },
      { ...honest, evaluatedElements: [evaluatedElements[0]!, evaluatedElements[0]!] },
      { publicKey, blindedElements: blindedElements.slice(1), evaluatedElements: evaluatedElements.slice(1) },
      { ...honest, evaluatedElements: evaluatedElements.slice(1) },
      { publicKey, blindedElements: [], evaluatedElements: [] },
    ];
    for (const other of others) expect(verifyProof(other, proof)).toBe(false);
  });

  test('a proof made with another key than the public one does not verify', () => {
    const vector = voprf.cases[0]!;
    const otherKey = scalar(rfc9497[0]!.skSm);
    const proof = generateProof(otherKey, statement(vector), replay(vector.proofRandomScalar!));
    expect(verifyProof(statement(vector), proof)).toBe(false);
  });
});
