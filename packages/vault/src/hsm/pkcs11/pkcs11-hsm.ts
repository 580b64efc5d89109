import { equalBytes, type Bytes, type Secret } from '@strongroom/core';
import { encodeEpoch } from '../epoch.ts';
import type { Hsm } from '../hsm.ts';
import { epochExists, hsmError, notTrusted } from '../hsm-error.ts';
import { keyCheckUnder, openUnder, sealUnder, type Derive } from '../sealing.ts';
import { shortCode } from '../short-code.ts';
import { decodeTransportKey } from '../transport-key.ts';
import { refused, signWrappedKey, verifyWrappedKey } from '../wrapped-key.ts';
import { ckrOf, explain } from './ckr.ts';
import { openLibrary } from './library.ts';
import { oaep } from './oaep.ts';
import { addPeer, findPeer, listPeers, removePeer } from './peers.ts';
import {
  deriver,
  destroySealingKey,
  findSealingKey,
  listEpochs,
  makeSealingKey,
  sealingKey,
  wasDestroyed,
} from './sealing-keys.ts';
import { Sessions, type Session } from './sessions.ts';
import { openTransportPair, signWith, takeOver, type TransportPair } from './transport-pair.ts';
import type { TokenName } from './token-name.ts';
import { Turnstile } from './turnstile.ts';

const defaultSessions = 4;
// RSA of up to 4096 bits, and room that some tokens ask for.
const roomForCiphertext = 1024;

// What tokens answer to a hash in OAEP that they do not have.
const lacksHash: ReadonlySet<string | undefined> = new Set([
  'CKR_ARGUMENTS_BAD',
  'CKR_MECHANISM_PARAM_INVALID',
]);

/** Which token, and how to get at it. */
export interface Pkcs11Options {
  /** The path of the shared library that its maker gives for it, such as `/usr/lib/softhsm/libsofthsm2.so`. */
  readonly module: string;
  readonly token: TokenName;
  /** A file with the user's PIN on one line, which nobody else may read. */
  readonly pinFile: string;
  /**
   * How many requests at once; 4. Each waits in a thread of libuv's pool, which has 4 too: for more, and for slow
   * tokens over a network, set UV_THREADPOOL_SIZE higher.
   */
  readonly sessions?: number;
}

/**
 * Sealing keys in a PKCS#11 token. They are made inside, and leave it only wrapped under a public key that the token's
 * security officer marked as trusted. Whoever controls the process that is logged in can use the keys as long as that
 * lasts, but not take them along; see `openTransportPair` for what the token must do to that end.
 */
class Pkcs11Hsm implements Hsm {
  readonly #sessions: Sessions;
  // What looks first and then makes something, one after the other.
  readonly #making = new Turnstile(1);

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  epochs(): Promise<readonly number[]> {
    return this.#sessions.use(async (session) => listEpochs(session));
  }

  async seal(epoch: number, aad: Uint8Array, plaintext: Uint8Array): Promise<Bytes> {
    encodeEpoch(epoch);
    return sealUnder(this.#deriver(epoch), epoch, aad, plaintext);
  }

  async open(epoch: number, aad: Uint8Array, sealed: Uint8Array): Promise<Bytes> {
    encodeEpoch(epoch);
    return openUnder(this.#deriver(epoch), epoch, aad, sealed);
  }

  async makeKey(epoch: number): Promise<void> {
    encodeEpoch(epoch);
    await this.#make((session) => makeSealingKey(session, epoch));
  }

  async destroyKey(epoch: number): Promise<void> {
    encodeEpoch(epoch);
    await this.#sessions.useAlone((session) => destroySealingKey(session, epoch));
  }

  async keyCheck(epoch: number): Promise<Bytes> {
    encodeEpoch(epoch);
    return keyCheckUnder(this.#deriver(epoch), epoch);
  }

  async transportKey(): Promise<Bytes> {
    const { publicKey } = await this.#make(openTransportPair);
    return publicKey;
  }

  async trust(peer: Uint8Array, officer?: Secret<string>): Promise<void> {
    decodeTransportKey(peer);
    if (officer === undefined)
      throw hsmError(
        'wrong-pin',
        'Only the token’s security officer can trust a peer. Ask for the officer’s PIN.',
      );
    await this.#sessions.useAsOfficer(officer, async (session) => addPeer(session, peer));
  }

  async distrust(peer: Uint8Array): Promise<void> {
    await this.#sessions.useAlone(async (session) => removePeer(session, peer));
  }

  trusted(): Promise<readonly Bytes[]> {
    return this.#sessions.use(async (session) => listPeers(session).map(({ publicKey }) => publicKey));
  }

  async wrapKey(epoch: number, peer: Uint8Array): Promise<Bytes> {
    encodeEpoch(epoch);
    return this.#make(async (session) => {
      const pair = await openTransportPair(session);
      const key = sealingKey(session, epoch);
      const check = await keyCheckUnder(deriver(session, key), epoch);
      const ciphertext = await wrap(session, epoch, peer);
      const unsigned = { from: pair.publicKey, to: peer, epoch, ciphertext, check };
      return signWrappedKey(unsigned, (message) => signWith(session, pair, message));
    });
  }

  async unwrapKey(epoch: number, wrapped: Uint8Array): Promise<void> {
    encodeEpoch(epoch);
    await this.#make(async (session) => {
      const pair = await openTransportPair(session);
      await takeOverOnce(session, pair, epoch, wrapped);
    });
  }

  close(): Promise<void> {
    return this.#sessions.close();
  }

  #make<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#making.among(() => this.#sessions.use(work));
  }

  #deriver(epoch: number): Derive {
    return (info) => this.#sessions.use((session) => deriver(session, sealingKey(session, epoch))(info));
  }
}

/**
 * Opens a PKCS#11 token. It serves one `Hsm` in a process at a time; other processes may use it beside.
 * @throws StrongroomError `hsm`: `unavailable`, `wrong-pin`, `refused`
 */
export async function openPkcs11Hsm(options: Pkcs11Options): Promise<Hsm> {
  const { module, token, pinFile, sessions = defaultSessions } = options;
  if (!Number.isInteger(sessions) || sessions < 1)
    throw new RangeError(`${sessions} sessions are not enough`);
  const library = await openLibrary(module);
  let opened: Sessions | undefined;
  try {
    opened = new Sessions(library, { token, pinFile, sessions });
    // Logs in once, so that a wrong PIN shows now and not with the first record.
    await opened.use(async () => undefined);
    return new Pkcs11Hsm(opened);
  } catch (error) {
    if (opened === undefined) library.release();
    else await opened.close();
    throw explain(error);
  }
}

async function wrap(session: Session, epoch: number, peer: Uint8Array): Promise<Uint8Array> {
  const { module, p11, handle } = session;
  const trusted = findPeer(session, peer);
  if (trusted === undefined) throw notTrusted(`the code ${shortCode(peer)}`);
  const mechanism = oaep(p11, trusted.oaepHash);
  const key = sealingKey(session, epoch);
  try {
    const room = Buffer.alloc(roomForCiphertext);
    return await module.C_WrapKeyAsync(handle, mechanism, trusted.wrapping, key, room);
  } catch (cause) {
    if (!lacksHash.has(ckrOf(cause))) throw cause;
    const why = `This token does not wrap with the hash of the peer, ${trusted.oaepHash}. Let a node whose token does hand the key over.`;
    throw hsmError('refused', why, cause);
  }
}

async function takeOverOnce(
  session: Session,
  pair: TransportPair,
  epoch: number,
  wrapped: Uint8Array,
): Promise<void> {
  const trusted = listPeers(session).map(({ publicKey }) => publicKey);
  const key = verifyWrappedKey(wrapped, { epoch, to: pair.publicKey, trusted });
  if (wasDestroyed(session, key.check)) throw refused('It was destroyed here.');
  const present = findSealingKey(session, epoch);
  if (present === undefined) return takeOver(session, pair, epoch, key);
  const check = await keyCheckUnder(deriver(session, present), epoch);
  if (!equalBytes(check, key.check)) throw epochExists(epoch);
}
