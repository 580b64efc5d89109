import { fromBinary } from '@bufbuild/protobuf';
import {
  AccountTokenSchema,
  Slot,
  type Described,
  type ServeRequest,
  type ServeResponse,
  type VaultReply,
} from '@strongroom/wire/vault';
import { toHex } from '@strongroom/core';
import type { ServeHooks, Vault } from '@strongroom/vault';
import type { DescribedState, Released } from '../history/events.ts';
import { digestOf, steadyNow, type Recorder } from '../history/recorder.ts';
import { serving, type Serving } from './serving.ts';

type Serve = Vault['serve'];
type Reply = VaultReply['reply'];

/** `serve` of a vault that records every answer before it lets it out. */
export function watchedServe(serve: Serve, recorder: Recorder, site: string): Serve {
  const watched = (request: ServeRequest, hooks: ServeHooks = {}): Promise<ServeResponse> => {
    const served = newServing(request);
    return serving.run(served, async () => {
      let reply: Reply | undefined;
      const response = await serve(
        request,
        watching(hooks, served, (told) => (reply = told)),
      );
      if (reply !== undefined) recorder.record(released(served, reply, site));
      return response;
    });
  };
  return watched;
}

function newServing({ token, sealedRequest }: ServeRequest): Serving {
  const { accountId } = fromBinary(AccountTokenSchema, token?.token ?? new Uint8Array());
  return {
    request: digestOf(sealedRequest),
    account: digestOf(accountId),
    kind: 'unknown',
    read: 0,
    readAt: 0,
    written: undefined,
    clock: [Infinity, -Infinity],
  };
}

function watching(hooks: ServeHooks, served: Serving, onReply: (reply: Reply) => void): ServeHooks {
  return {
    step: (step, run) => (hooks.step === undefined ? run() : hooks.step(step, run)),
    onTenant: (tenant) => hooks.onTenant?.(tenant),
    onCap: () => hooks.onCap?.(),
    onKind: (kind) => {
      served.kind = kind;
      hooks.onKind?.(kind);
    },
    onOutcome: (outcome) => {
      onReply(outcome.reply.reply);
      hooks.onOutcome?.(outcome);
    },
  };
}

function released(served: Serving, reply: Reply, site: string): Released {
  const { request, account, kind, read, readAt, written, clock } = served;
  return {
    ...({ e: 'released', at: steadyNow(), site, request, account, kind, read, readAt, clock } as const),
    outcome: outcomeOf(reply),
    ...(written !== undefined && { written }),
    ...(reply.case === 'begun' && { ke2: digestOf(reply.value.ke2), left: reply.value.guessesLeft }),
    ...(reply.case === 'described' && { described: stateOf(reply.value) }),
  };
}

/** The kind of a reply, or the code of a refusal. */
export function outcomeOf(reply: Reply): string {
  return reply.case === 'refused' ? reply.value.code : `${reply.case}`;
}

/** What a description says that matters to the checker. */
export function stateOf({ slots, failuresSinceOpening: failures, guessesLeft }: Described): DescribedState {
  const held = new Map(slots.map(({ slot, generation }) => [slot, toHex(generation)]));
  const [live, candidate, contested] = [Slot.LIVE, Slot.CANDIDATE, Slot.CONTESTED].map((slot) =>
    held.get(slot),
  );
  return {
    ...(live !== undefined && { live }),
    ...(candidate !== undefined && { candidate }),
    ...(contested !== undefined && { contested }),
    failures,
    guessesLeft,
  };
}
