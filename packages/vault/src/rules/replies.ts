import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { ErrorCode } from '@strongroom/core';
import {
  RefusedSchema,
  VaultEvent,
  VaultReplySchema,
  type AcceptedSchema,
  type RefusedSchema as RefusedShape,
  type Record as VaultRecord,
} from '@strongroom/wire/vault';
import type { MaybeRecord, Outcome } from './situation.ts';

/** The codes with which the rules refuse. */
export type Refusal = Extract<
  ErrorCode,
  'must-wait' | 'locked' | 'not-registered' | 'stale' | 'contested' | 'malformed' | 'not-authorised'
>;

/** Nothing is written, and the client is told why. */
export function refuse(
  record: MaybeRecord,
  code: Refusal,
  details: Omit<MessageInitShape<typeof RefusedShape>, 'code' | '$typeName'> = {},
): Outcome {
  const refused = create(RefusedSchema, { code, ...details });
  return {
    record,
    reply: create(VaultReplySchema, { reply: { case: 'refused', value: refused } }),
    event: VaultEvent.UNSPECIFIED,
  };
}

/** The record is written; the client gets the anchor to sign next. */
export function accept(
  record: VaultRecord,
  event: VaultEvent,
  details: Omit<MessageInitShape<typeof AcceptedSchema>, 'anchor' | '$typeName'> = {},
): Outcome {
  return {
    record,
    reply: create(VaultReplySchema, {
      reply: { case: 'accepted', value: { anchor: record.anchor, ...details } },
    }),
    event,
  };
}
