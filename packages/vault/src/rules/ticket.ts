import { createCipheriv, createDecipheriv } from 'node:crypto';
import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { concat, encode, type Bytes } from '@strongroom/core';
import { TicketSchema, type Ticket } from '@strongroom/wire/vault';
import type { Situation } from './situation.ts';

/** How long a ticket may be brought back, milliseconds. */
export const TICKET_LIFETIME = 3_600_000n;

/** Seals what Finish needs, to be carried by the client: nonce (12 bytes), ciphertext, tag (16 bytes). */
export function sealTicket(ticket: MessageInitShape<typeof TicketSchema>, situation: Situation): Bytes {
  const nonce = situation.random(12);
  const cipher = createCipheriv('aes-256-gcm', situation.vault.ticketKey, nonce).setAAD(
    ticketOwner(situation),
  );
  const plaintext = toBinary(TicketSchema, create(TicketSchema, ticket));
  return concat(nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/** The ticket, or `undefined` when it is not one of this vault for this account. */
export function openTicket(sealed: Uint8Array, situation: Situation): Ticket | undefined {
  if (sealed.length < 28 || sealed.length > 1024) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', situation.vault.ticketKey, sealed.subarray(0, 12), {
      authTagLength: 16,
    });
    decipher.setAAD(ticketOwner(situation)).setAuthTag(sealed.subarray(-16));
    return fromBinary(TicketSchema, concat(decipher.update(sealed.subarray(12, -16)), decipher.final()));
  } catch {
    return undefined;
  }
}

function ticketOwner({ vault, tenant, accountId }: Situation): Bytes {
  return encode(vault.vaultId, tenant, accountId);
}
