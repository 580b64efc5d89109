import { createCipheriv, hkdfSync } from 'node:crypto';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core';
import { XWing } from '@hpke/hybridkem-x-wing';
import { concat, copyBytes, randomBytes, type Bytes } from '@strongroom/core';
import {
  ANSWER_CONTEXT,
  channelAad,
  channelInfo,
  pad,
  PADDED_LENGTH,
  sealRequest,
  unpad,
} from '@strongroom/protocol';
import type { TestVaults } from '@strongroom/vault/testing';
import {
  SealedRequestSchema,
  VaultReplySchema,
  VaultRequestSchema,
  type DirectoryVault,
  type VaultReply,
  type VaultRequest,
} from '@strongroom/wire/vault';

/** What a vault was asked. */
export type Request = VaultRequest['request'];
/** What it answers. */
export type Reply = VaultReply['reply'];

/** What a vault says instead of the truth: another reply, or bytes that may be none. */
export type Lie = (truth: Reply, request: Request) => Reply | Uint8Array;

interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly publicKey: Bytes;
}

const suite = (): CipherSuite =>
  new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/**
 * Stands before a real vault as an operator can: it opens what is sealed to the vault, asks the honest one behind,
 * and answers what it likes.
 */
export class VaultMouth {
  /** The vault as the directory lists it. */
  readonly listed: DirectoryVault;
  /** What it says; the truth until a test puts something else in its place. */
  lie: Lie = (truth) => truth;
  readonly #vaults: TestVaults;
  readonly #behind: DirectoryVault;
  readonly #keys: KeyPair;

  private constructor(vaults: TestVaults, behind: DirectoryVault, keys: KeyPair) {
    this.listed = { ...behind, hpkePublicKey: keys.publicKey };
    this.#vaults = vaults;
    this.#behind = behind;
    this.#keys = keys;
  }

  static async open(vaults: TestVaults, index: number): Promise<VaultMouth> {
    const { kem } = suite();
    const { privateKey, publicKey } = await kem.generateKeyPair();
    const keys = { privateKey, publicKey: new Uint8Array(await kem.serializePublicKey(publicKey)) };
    return new VaultMouth(
      vaults,
      vaults.directory.vaults.find((vault) => vault.index === index)!,
      keys,
    );
  }

  /** Answers a sealed request of an account. What is sealed to a key for Propose goes to the vault behind as it is. */
  async answer(accountId: Bytes, sealedRequest: Bytes): Promise<Bytes> {
    const { keyId, enc, ciphertext } = fromBinary(SealedRequestSchema, sealedRequest);
    if (keyId.length > 0) return this.#vaults.relay(accountId)(this.#behind.vaultId, sealedRequest);
    const recipient = await suite().createRecipientContext({
      recipientKey: this.#keys.privateKey,
      enc: copyBytes(enc).buffer,
      info: channelInfo(this.#behind.vaultId),
    });
    const padded = await recipient.open(copyBytes(ciphertext), channelAad(this.#vaults.tenant, accountId));
    const { request } = fromBinary(VaultRequestSchema, unpad(new Uint8Array(padded)));
    const said = this.lie(await this.ask(accountId, request), request);
    const secret = new Uint8Array(await recipient.export(ANSWER_CONTEXT, 32));
    return sealAnswer(enc, secret, said instanceof Uint8Array ? said : serialize(said));
  }

  /** What the vault behind truly answers. */
  async ask(accountId: Bytes, request: Request): Promise<Reply> {
    const { vaultId, hpkePublicKey } = this.#behind;
    const { sealedRequest, openAnswer } = await sealRequest({
      hpkePublicKey,
      keyId: new Uint8Array(),
      vaultId,
      tenant: this.#vaults.tenant,
      accountId,
      plaintext: toBinary(VaultRequestSchema, create(VaultRequestSchema, { request })),
    });
    const answer = await this.#vaults.relay(accountId)(vaultId, sealedRequest);
    return fromBinary(VaultReplySchema, await openAnswer(answer)).reply;
  }
}

function serialize(reply: Reply): Bytes {
  return toBinary(VaultReplySchema, create(VaultReplySchema, { reply }));
}

// RFC 9458 section 4.4.
function sealAnswer(enc: Uint8Array, secret: Uint8Array, reply: Uint8Array): Bytes {
  const responseNonce = randomBytes(32);
  const salt = concat(enc, responseNonce);
  const key = new Uint8Array(hkdfSync('sha256', secret, salt, 'key', 32));
  const nonce = new Uint8Array(hkdfSync('sha256', secret, salt, 'nonce', 12));
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const ciphertext = concat(cipher.update(pad(reply, PADDED_LENGTH)), cipher.final());
  return concat(responseNonce, ciphertext, cipher.getAuthTag());
}
