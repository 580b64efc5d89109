import type { Handle, PKCS11 } from 'pkcs11js';
import type { Secret } from '@strongroom/core';
import { closed, hsmError } from '../hsm-error.ts';
import { ckrOf, explain, isGone, isPinRefused, isStale } from './ckr.ts';
import { findToken, type Token } from './find-token.ts';
import type { Library, Pkcs11js } from './library.ts';
import { readPinFile } from './pin-file.ts';
import type { TokenName } from './token-name.ts';
import { Turnstile } from './turnstile.ts';

/** A session in which the user, or the security officer, is logged in. */
export interface Session {
  readonly module: PKCS11;
  readonly p11: Pkcs11js;
  readonly handle: Handle;
  /** Objects that were looked up in this session; handles are good in no other. */
  readonly known: Map<string, Handle>;
}

/** How to get at a token. */
export interface SessionsOptions {
  readonly token: TokenName;
  readonly pinFile: string;
  /** How many at once. */
  readonly sessions: number;
}

const pinWasRefused =
  'The token refused the PIN before; it is not tried again, lest the token locks. Correct the PIN file, then start this program anew.';
const oneTryLeft =
  'The token locks after one more wrong PIN, so none was tried. Enter the right one once with the tool of its maker, then start this program anew.';

/**
 * Sessions with one token. They are opened when they are needed, and again when the token was restarted or the user
 * logged out. All of a process share one login (PKCS #11 v2.40, section 2.3 of the usage guide): so the officer
 * logs in only when all sessions are closed, and requests wait meanwhile.
 */
export class Sessions {
  readonly #library: Library;
  readonly #options: SessionsOptions;
  readonly #turnstile: Turnstile;
  #token: Token;
  #idle: Session[] = [];
  #isPinRefused = false;
  #isClosed = false;

  /** Takes the token for this process. @throws StrongroomError `hsm` */
  constructor(library: Library, options: SessionsOptions) {
    this.#library = library;
    this.#options = options;
    this.#turnstile = new Turnstile(options.sessions);
    this.#token = findToken(library, options.token);
    library.claim(this.#token.serial);
  }

  /**
   * Does something in a session of the user. It is done again in a new one if the first turns out to be gone.
   * @throws StrongroomError `hsm`
   */
  use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#explained(() => this.#turnstile.among(() => this.#twiceAtMost(work)));
  }

  /** The same with nobody else at the token, and for what destroys objects: their handles are forgotten everywhere. */
  useAlone<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const thenForget = async (): Promise<T> => {
      try {
        return await this.#twiceAtMost(work);
      } finally {
        for (const { known } of this.#idle) known.clear();
      }
    };
    return this.#explained(() => this.#turnstile.alone(thenForget));
  }

  /** Does something in a session of the security officer, alone. @throws StrongroomError `hsm` */
  useAsOfficer<T>(pin: Secret<string>, work: (session: Session) => Promise<T>): Promise<T> {
    return this.#explained(() =>
      this.#turnstile.alone(async () => {
        this.#checkOpen();
        this.#closeAll();
        const session = this.#openSession();
        try {
          session.module.C_Login(session.handle, session.p11.CKU_SO, pin.reveal());
          return await work(session);
        } finally {
          this.#closeAll();
        }
      }),
    );
  }

  /** Waits for what is under way, logs out and lets go of the token. A second time is fine. */
  close(): Promise<void> {
    return this.#turnstile.alone(async () => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      this.#closeAll();
      this.#library.release(this.#token.serial);
    });
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explain(error);
    }
  }

  async #twiceAtMost<T>(work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await this.#once(work);
    } catch (error) {
      if (isStale(error) || isGone(error)) this.#forgetIdle();
      if (!isStale(error)) throw error;
      // The token may have been restarted, and be in another slot now.
      this.#token = findToken(this.#library, this.#options.token);
      return await this.#once(work);
    }
  }

  async #once<T>(work: (session: Session) => Promise<T>): Promise<T> {
    this.#checkOpen();
    const session = this.#idle.pop() ?? this.#openUserSession();
    try {
      const result = await work(session);
      this.#idle.push(session);
      return result;
    } catch (error) {
      // Of a session in which a call failed nobody knows what it is in the middle of.
      if (ckrOf(error) === undefined) this.#idle.push(session);
      else this.#closeSession(session);
      throw error;
    }
  }

  #checkOpen(): void {
    if (this.#isClosed) throw closed();
  }

  #openUserSession(): Session {
    if (this.#isPinRefused) throw hsmError('wrong-pin', pinWasRefused);
    const session = this.#openSession();
    try {
      this.#logIn(session);
      return session;
    } catch (error) {
      this.#isPinRefused = isPinRefused(error);
      this.#closeSession(session);
      throw error;
    }
  }

  #logIn({ module, p11, handle }: Session): void {
    const pin = readPinFile(this.#options.pinFile);
    const { flags } = module.C_GetTokenInfo(this.#token.slot);
    if ((flags & p11.CKF_USER_PIN_FINAL_TRY) !== 0) throw hsmError('wrong-pin', oneTryLeft);
    try {
      module.C_Login(handle, p11.CKU_USER, pin.reveal());
    } catch (error) {
      if (ckrOf(error) !== 'CKR_USER_ALREADY_LOGGED_IN') throw error;
    }
  }

  #openSession(): Session {
    const { module, p11 } = this.#library;
    const handle = module.C_OpenSession(this.#token.slot, p11.CKF_SERIAL_SESSION | p11.CKF_RW_SESSION);
    return { module, p11, handle, known: new Map() };
  }

  #closeSession({ module, handle }: Session): void {
    try {
      module.C_CloseSession(handle);
    } catch {
      // It is gone, which is why it is closed.
    }
  }

  #forgetIdle(): void {
    for (const session of this.#idle.splice(0)) this.#closeSession(session);
  }

  #closeAll(): void {
    this.#idle = [];
    try {
      this.#library.module.C_CloseAllSessions(this.#token.slot);
    } catch {
      // A token that is gone has no sessions.
    }
  }
}
