import type { FuzzTarget } from '../../../../tools/fuzz/target.ts';
import { deviceRequests, sessionTokens } from './devices.ts';
import { nodeAnswers } from './nodes.ts';

/** Every decoder of what a front door gets: from devices, and from vault nodes. */
export async function fuzzTargets(): Promise<readonly FuzzTarget[]> {
  return [await deviceRequests(), await sessionTokens(), await nodeAnswers()];
}
