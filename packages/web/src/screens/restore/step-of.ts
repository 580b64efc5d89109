import type { EngineState, Problem } from '../../engine/contract.ts';

/** Where one stands on the way to one's chats. */
export type Step = 'sign-in' | 'find' | 'not-empty' | 'older' | 'coming' | 'other-files';

/** What a person has tried so far. */
export interface Tried {
  /** How the last try to open the backup failed. */
  readonly problem?: Problem;
  /** The person takes an older backup than the newest one known. */
  readonly acceptsOlder: boolean;
}

/** The step that comes next. */
export function stepOf(
  { account, chats, task }: Pick<EngineState, 'account' | 'chats' | 'task'>,
  { problem, acceptsOlder }: Tried,
): Step {
  if (isOlder(task?.problem) && task?.status === 'failed') return acceptsOlder ? 'find' : 'older';
  if (task?.kind === 'restore-messages' || task?.kind === 'restore-media') return 'coming';
  if (problem?.code === 'no-chats') return 'other-files';
  if (account === undefined) return 'sign-in';
  if (isOlder(problem) && !acceptsOlder) return 'older';
  return chats.chats > 0 ? 'not-empty' : 'find';
}

function isOlder(problem: Problem | undefined): boolean {
  return problem?.code === 'rolled-back';
}
