import pkcs11js, { type Handle, type PKCS11, type Template } from 'pkcs11js';
import type { SoftToken } from '../../testing/index.ts';

/** A token as anybody sees it who shares the process and its login: what an attacker there can try. */
export interface RawToken {
  readonly p11: typeof pkcs11js;
  readonly module: PKCS11;
  readonly slot: Handle;
  /** A session of its own; logged in as long as an HSM of this process is. */
  readonly session: Handle;
  find(template: Template): readonly Handle[];
}

/** Looks at a token that this process has open. */
export function rawToken({ options }: SoftToken): RawToken {
  const module = new pkcs11js.PKCS11();
  module.load(options.module);
  const label = 'label' in options.token ? options.token.label : '';
  const isIt = (slot: Handle): boolean => module.C_GetTokenInfo(slot).label.trimEnd() === label;
  const slot = module.C_GetSlotList(true).find(isIt)!;
  const session = module.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION);
  return {
    p11: pkcs11js,
    module,
    slot,
    session,
    find(template) {
      module.C_FindObjectsInit(session, template);
      const found = module.C_FindObjects(session, 100);
      module.C_FindObjectsFinal(session);
      return found;
    },
  };
}

/** What a call is refused with, such as `CKR_KEY_NOT_WRAPPABLE`; `undefined` when it is not. */
export function refusalOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return /CKR_\w+(?::\d+)?/.exec(String(error))?.[0] ?? String(error);
  }
}
