import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes, Secret, toHex } from '@strongroom/core';
import type { Pkcs11Options } from '../hsm/pkcs11/pkcs11-hsm.ts';

/** A token as a test uses it. */
export interface SoftToken {
  /** For `openPkcs11Hsm`. */
  readonly options: Pkcs11Options;
  /** The PIN of its security officer. */
  readonly officer: Secret<string>;
}

const modules = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

/**
 * Tokens of SoftHSM in a folder of their own. A process has one such folder: SoftHSM learns of it from the environment.
 * It looks for tokens when the first one is opened, so make them before, or while all are closed.
 */
export class SoftHsm {
  /** What another process needs to use the same tokens. */
  readonly env: { readonly SOFTHSM2_CONF: string };
  readonly #folder: string;
  readonly #module: string;

  /** @throws Error that says how to install SoftHSM when it is not there */
  constructor() {
    this.#module = findModule();
    this.#folder = mkdtempSync(join(tmpdir(), 'softhsm-'));
    this.env = { SOFTHSM2_CONF: join(this.#folder, 'softhsm2.conf') };
    const tokens = join(this.#folder, 'tokens');
    mkdirSync(tokens);
    writeFileSync(
      this.env.SOFTHSM2_CONF,
      `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    );
    Object.assign(process.env, this.env);
  }

  /** Makes a token with PINs of its own. */
  makeToken(label: string = `token ${toHex(randomBytes(4))}`): SoftToken {
    const [pin, officer] = [toHex(randomBytes(8)), toHex(randomBytes(8))];
    const init = ['--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', officer];
    execFileSync(process.env['SOFTHSM2_UTIL'] ?? 'softhsm2-util', init, {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const pinFile = join(this.#folder, `${toHex(randomBytes(8))}.pin`);
    writeFileSync(pinFile, `${pin}\n`, { mode: 0o600 });
    return { options: { module: this.#module, token: { label }, pinFile }, officer: new Secret(officer) };
  }

  /** Removes the tokens, which must be closed. */
  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function findModule(): string {
  const module = [process.env['SOFTHSM2_MODULE'] ?? '', ...modules].find(
    (path) => path !== '' && existsSync(path),
  );
  if (module !== undefined) return module;
  throw new Error(
    'The tests of PKCS#11 need SoftHSM, which is not there. Install it (Debian: `sudo apt-get install softhsm2`), or name its module: SOFTHSM2_MODULE=/path/to/libsofthsm2.so',
  );
}
