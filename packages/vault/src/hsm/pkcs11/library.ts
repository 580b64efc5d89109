import type pkcs11js from 'pkcs11js';
import type { PKCS11 } from 'pkcs11js';
import { hsmError } from '../hsm-error.ts';

/** The constants and the class of pkcs11js. */
export type Pkcs11js = typeof pkcs11js;

/** A token's PKCS#11 module, loaded into this process. */
export interface Library {
  readonly module: PKCS11;
  readonly p11: Pkcs11js;
  /** Keeps a token for one user in this process: its login is everybody's. @throws StrongroomError `hsm` `refused` when it is taken */
  claim(token: string): void;
  /** Lets go of a token, if there is one. The last one out finalizes the module. */
  release(token?: string): void;
}

interface Loaded {
  readonly module: PKCS11;
  users: number;
  readonly tokens: Set<string>;
}

// PKCS#11 knows one application, which is the process: a module is loaded and initialized once. It stays loaded, since
// few of them can be unloaded safely.
const loaded = new Map<string, Loaded>();

/**
 * Loads and initializes a PKCS#11 module.
 * @param path of its shared library
 * @throws StrongroomError `hsm`: `refused` when pkcs11js or the module is not there, `unavailable` when it does not start
 */
export async function openLibrary(path: string): Promise<Library> {
  const p11 = await loadPkcs11js();
  const library = loaded.get(path) ?? load(p11, path);
  if (library.users === 0) initialize(p11, library.module, path);
  library.users++;
  return {
    p11,
    module: library.module,
    claim(token) {
      if (library.tokens.has(token))
        throw hsmError('refused', 'This process has that token open already. Use the one that is open.');
      library.tokens.add(token);
    },
    release(token) {
      if (token !== undefined) library.tokens.delete(token);
      if (--library.users === 0) library.module.C_Finalize();
    },
  };
}

async function loadPkcs11js(): Promise<Pkcs11js> {
  try {
    const { default: p11 } = await import('pkcs11js');
    return p11;
  } catch (cause) {
    const why =
      'PKCS#11 tokens need the package pkcs11js, which is not there: it is optional, and built when it is installed. Install a C++ compiler and Python (Debian: `apt-get install g++ make python3`), then run `npm install pkcs11js`.';
    throw hsmError('refused', why, cause);
  }
}

function load(p11: Pkcs11js, path: string): Loaded {
  const module = new p11.PKCS11();
  try {
    module.load(path);
  } catch (cause) {
    const why = `The PKCS#11 module ${path} cannot be loaded. Check the path; the maker of the token says where it is.`;
    throw hsmError('refused', why, cause);
  }
  const library = { module, users: 0, tokens: new Set<string>() };
  loaded.set(path, library);
  return library;
}

function initialize(p11: Pkcs11js, module: PKCS11, path: string): void {
  try {
    // Calls come from several threads of the same process.
    module.C_Initialize({ flags: p11.CKF_OS_LOCKING_OK });
  } catch (cause) {
    const why = `The PKCS#11 module ${path} does not start. Check its own configuration and that its token is connected.`;
    throw hsmError('unavailable', why, cause);
  }
}
