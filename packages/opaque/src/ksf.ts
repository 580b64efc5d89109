import { StrongroomError, type Bytes } from '@strongroom/core';
import { sodium } from './sodium.ts';

/** Cost of Argon2id (RFC 9106): memory in KiB, passes over it, lanes. Stored with each credential. */
export interface StretchParameters {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** The key stretching function (RFC 9807 section 6.3.1, KSF) with its parameters, as a port. */
export type Stretch = (input: Uint8Array, parameters: StretchParameters) => Uint8Array;

/** 64 MiB, 3 passes, 1 lane. */
export const defaultArgon2id: StretchParameters = { memoryKiB: 64 * 1024, passes: 3, lanes: 1 };

/** Costs this side accepts: too little guards nothing, and too much is an attack on the device. */
const limits = { memoryKiB: [8 * 1024, 1024 * 1024], passes: [1, 10], lanes: [1, 1] } as const;

const salt = new Uint8Array(16);
const outputLength = 64;

/** The identity KSF of the RFC's test vectors. */
export function identityKsf(input: Uint8Array): Bytes {
  return input.slice();
}

/**
 * Argon2id with a salt of 16 zero bytes: 64 bytes. The input is an OPRF output, which is a salted hash already.
 * @throws `malformed` for less than 8 MiB or more than 1 GiB, no or more than 10 passes, or other than 1 lane;
 * `bug`, with its cause, when the platform does not give the memory
 */
export function argon2id(input: Uint8Array, parameters: StretchParameters): Bytes {
  checkStretch(parameters);
  const { passes, memoryKiB } = parameters;
  const algorithm = sodium.crypto_pwhash_ALG_ARGON2ID13;
  try {
    return sodium.crypto_pwhash(outputLength, input, salt, passes, memoryKiB * 1024, algorithm) as Bytes;
  } catch (cause) {
    throw new StrongroomError('bug', { where: 'Argon2id did not get its memory' }, { cause });
  }
}

/** @throws `malformed` unless the costs are within the limits, which `argon2id` asks for too */
export function checkStretch(parameters: StretchParameters): void {
  for (const name of ['memoryKiB', 'passes', 'lanes'] as const) {
    const [least, most] = limits[name];
    const value = parameters[name];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new StrongroomError('malformed', {
        what: `Argon2id ${name} is not between ${least} and ${most}`,
      });
    }
  }
}
