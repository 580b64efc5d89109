import type { Handle } from 'pkcs11js';
import { printable } from '@strongroom/core';
import { hsmError } from '../hsm-error.ts';
import { ckrOf } from './ckr.ts';
import type { Library } from './library.ts';
import type { TokenName } from './token-name.ts';

/** A token and where it is now. */
export interface Token {
  readonly slot: Handle;
  readonly label: string;
  readonly serial: string;
}

/**
 * The one token that has this name.
 * @throws StrongroomError `hsm`: `unavailable` when there is none, `refused` when there are several
 */
export function findToken(library: Library, name: TokenName): Token {
  const tokens = listTokens(library);
  const found = tokens.filter(({ label, serial }) =>
    'label' in name ? label === name.label : serial === name.serial,
  );
  const asked = printable('label' in name ? `label ${name.label}` : `serial number ${name.serial}`);
  if (found.length > 1)
    throw hsmError(
      'refused',
      `There are ${found.length} tokens with the ${asked}. Name one by its serial number.`,
    );
  const [token] = found;
  if (token !== undefined) return token;
  const there = tokens.map(({ label, serial }) => printable(`${label} (${serial})`)).join(', ') || 'none';
  throw hsmError(
    'unavailable',
    `There is no token with the ${asked}. Tokens that answer: ${there}. Check that it is connected and running.`,
  );
}

function listTokens({ module, p11 }: Library): readonly Token[] {
  return module.C_GetSlotList(true).flatMap((slot) => {
    try {
      const { label, serialNumber, flags } = module.C_GetTokenInfo(slot);
      if ((flags & p11.CKF_TOKEN_INITIALIZED) === 0) return [];
      // Padded with blanks (PKCS #11 v2.40, CK_TOKEN_INFO).
      return [{ slot, label: label.trimEnd(), serial: serialNumber.trimEnd() }];
    } catch (error) {
      // It was pulled out meanwhile, or is another maker's: not the one that is looked for.
      if (ckrOf(error)?.startsWith('CKR_TOKEN_')) return [];
      throw error;
    }
  });
}
