import type { VaultRequest } from '@strongroom/wire/vault';
import { begin } from './begin.ts';
import { commit, drop } from './commit.ts';
import { describe } from './describe.ts';
import { finish } from './finish.ts';
import { erase, heal, mark } from './owner-requests.ts';
import { propose } from './propose.ts';
import { refuse } from './replies.ts';
import type { MaybeRecord, Outcome, Situation } from './situation.ts';

/** The vault's rules: what a request does to an account's record, and what is answered. Pure; changes no argument. */
export function apply(record: MaybeRecord, { request }: VaultRequest, situation: Situation): Outcome {
  switch (request.case) {
    case 'describe':
      return describe(record, situation);
    case 'propose':
      return propose(record, request.value, situation);
    case 'commit':
      return commit(record, request.value, situation);
    case 'drop':
      return drop(record, request.value, situation);
    case 'begin':
      return begin(record, request.value, situation);
    case 'finish':
      return finish(record, request.value, situation);
    case 'heal':
      return heal(record, request.value, situation);
    case 'mark':
      return mark(record, request.value, situation);
    case 'erase':
      return erase(record, request.value, situation);
    case undefined:
      break;
  }
  return refuse(record, 'malformed', { why: 'an unknown request' });
}
