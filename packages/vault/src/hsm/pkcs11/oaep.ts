import { constants, publicEncrypt } from 'node:crypto';
import type { Handle, Mechanism } from 'pkcs11js';
import { randomBytes } from '@strongroom/core';
import { RSA_BITS, type OaepHash } from '../transport-key.ts';
import { ckrOf } from './ckr.ts';
import { readRsaKey } from './public-keys.ts';
import { sealingKeyTemplate } from './sealing-keys.ts';
import type { Pkcs11js } from './library.ts';
import type { Session } from './sessions.ts';

/** CKZ_DATA_SPECIFIED of PKCS #11, which pkcs11js does not name. */
const dataSpecified = 1;
const exponent = Buffer.from([1, 0, 1]);

/** RSA-OAEP with one hash in OAEP and in its MGF1, and no label. */
export function oaep(p11: Pkcs11js, hash: OaepHash): Mechanism {
  const [hashAlg, mgf] =
    hash === 'sha256' ? [p11.CKM_SHA256, p11.CKG_MGF1_SHA256] : [p11.CKM_SHA_1, p11.CKG_MGF1_SHA1];
  const parameter = { type: p11.CK_PARAMS_RSA_OAEP, hashAlg, mgf, source: dataSpecified };
  return { mechanism: p11.CKM_RSA_PKCS_OAEP, parameter };
}

/** Makes an RSA key pair that wraps and unwraps, and nothing else. */
export function makeWrappingPair(
  { module, p11, handle }: Session,
  isKept: boolean,
  label: string,
): Promise<{ publicKey: Handle; privateKey: Handle }> {
  const common = [
    { type: p11.CKA_TOKEN, value: isKept },
    { type: p11.CKA_LABEL, value: label },
  ];
  return module.C_GenerateKeyPairAsync(
    handle,
    { mechanism: p11.CKM_RSA_PKCS_KEY_PAIR_GEN },
    [
      ...common,
      { type: p11.CKA_PRIVATE, value: false },
      { type: p11.CKA_MODULUS_BITS, value: RSA_BITS },
      { type: p11.CKA_PUBLIC_EXPONENT, value: exponent },
      { type: p11.CKA_WRAP, value: true },
      { type: p11.CKA_ENCRYPT, value: false },
      { type: p11.CKA_VERIFY, value: false },
      { type: p11.CKA_MODIFIABLE, value: false },
    ],
    [
      ...common,
      { type: p11.CKA_PRIVATE, value: true },
      { type: p11.CKA_SENSITIVE, value: true },
      { type: p11.CKA_EXTRACTABLE, value: false },
      { type: p11.CKA_UNWRAP, value: true },
      { type: p11.CKA_DECRYPT, value: false },
      { type: p11.CKA_SIGN, value: false },
      { type: p11.CKA_MODIFIABLE, value: false },
    ],
  );
}

/**
 * Which hash the token unwraps with: SHA-256 if it can, else SHA-1 (SoftHSM 2.6 has no other in OAEP). No list of
 * mechanisms says it, so it is tried on a pair that goes with the session.
 */
export async function tryOaepHash(session: Session): Promise<OaepHash> {
  const { module, p11, handle } = session;
  const pair = await makeWrappingPair(session, false, 'strongroom trial');
  const key = readRsaKey(session, pair.publicKey);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt({ key, padding, oaepHash: 'sha256' }, randomBytes(32));
  const objects = [pair.publicKey, pair.privateKey];
  try {
    const template = sealingKeyTemplate(session, 1, false);
    objects.push(module.C_UnwrapKey(handle, oaep(p11, 'sha256'), pair.privateKey, wrapped, template));
    return 'sha256';
  } catch (error) {
    if (ckrOf(error) === undefined) throw error;
    return 'sha1';
  } finally {
    for (const object of objects) module.C_DestroyObject(handle, object);
  }
}
