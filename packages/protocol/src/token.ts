import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { concat, equalBytes, StrongroomError, utf8, type Bytes } from '@strongroom/core';
import {
  AccountTokenSchema,
  SignedAccountTokenSchema,
  type AccountToken,
  type SignedAccountToken,
} from '@strongroom/wire/vault';
import { sha256 } from './owner.ts';
import { verifySignature, type SigningKey } from './signing.ts';

/** How long a vault accepts an account token, milliseconds. */
export const TOKEN_LIFETIME = 60_000;
/** How far the front door's clock may be ahead of the vault's, milliseconds. */
const CLOCK_SKEW = 10_000;
const domain = utf8('strongroom account token v1');

/** Issues the front door's word that a sealed request belongs to an account. */
export async function issueAccountToken(
  key: SigningKey,
  fields: {
    tenant: string;
    accountId: Uint8Array;
    vaultId: Uint8Array;
    sealedRequest: Uint8Array;
    now: number;
  },
): Promise<SignedAccountToken> {
  const token = toBinary(
    AccountTokenSchema,
    create(AccountTokenSchema, {
      tenant: fields.tenant,
      accountId: fields.accountId,
      audience: fields.vaultId,
      digest: await sha256(fields.sealedRequest),
      issuedAt: BigInt(fields.now),
    }),
  );
  return create(SignedAccountTokenSchema, { token, signature: await key.sign(concat(domain, token)) });
}

/** What a token is checked with: WebCrypto, unless a platform has something quicker. */
export interface TokenPlatform {
  /** 32 bytes. */
  readonly sha256: (bytes: Uint8Array) => Bytes | Promise<Bytes>;
  /** Ed25519: a public key of 32 bytes, a message, a signature of any length that may be wrong. */
  readonly verifySignature: (
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ) => boolean | Promise<boolean>;
}

const webCrypto: TokenPlatform = { sha256, verifySignature };

/** The keys by which a vault knows its front doors: tenant to Ed25519 public keys. */
export type FrontDoorKeys = ReadonlyMap<string, readonly Bytes[]>;

/**
 * Checks a token and returns whose request it is.
 * @throws StrongroomError `not-authorised` when it is for another vault or message, too old, or not signed by the tenant's front door
 */
export async function checkAccountToken(
  signed: SignedAccountToken | undefined,
  expected: { vaultId: Uint8Array; sealedRequest: Uint8Array; frontDoors: FrontDoorKeys; now: number },
  platform: TokenPlatform = webCrypto,
): Promise<{ tenant: string; accountId: Bytes }> {
  const token = parse(signed);
  await checkSignature(signed!, expected.frontDoors.get(token.tenant) ?? [], platform);
  if (!equalBytes(token.audience, expected.vaultId)) refuse('the account token is for another vault');
  if (!equalBytes(token.digest, await platform.sha256(expected.sealedRequest)))
    refuse('the account token is for another message');
  const age = expected.now - Number(token.issuedAt);
  if (age > TOKEN_LIFETIME || age < -CLOCK_SKEW) refuse('the account token is not of this minute');
  return { tenant: token.tenant, accountId: new Uint8Array(token.accountId) };
}

async function checkSignature(
  signed: SignedAccountToken,
  keys: readonly Bytes[],
  platform: TokenPlatform,
): Promise<void> {
  for (const key of keys) {
    if (await platform.verifySignature(key, concat(domain, signed.token), signed.signature)) return;
  }
  refuse('no front door of this tenant signed the account token');
}

function parse(signed: SignedAccountToken | undefined): AccountToken {
  if (signed === undefined || signed.token.length > 1024) refuse('there is no account token');
  try {
    const token = fromBinary(AccountTokenSchema, signed.token);
    if (token.accountId.length === 16) return token;
  } catch {
    // Refused below, like a token whose fields are wrong.
  }
  return refuse('the account token cannot be read');
}

function refuse(why: string): never {
  throw new StrongroomError('not-authorised', { why });
}
