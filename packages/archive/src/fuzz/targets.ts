import { descriptors, passkeys } from './descriptors.ts';
import { archives, groups, manifests } from './manifests.ts';
import { header, objectNames } from './names.ts';
import { chunks, frames, packs } from './packs.ts';
import { plainBackups } from './plain.ts';
import { snapshots } from './snapshots.ts';
import type { FuzzTarget } from './target.ts';

/** Every decoder of what the cloud gives. */
export async function fuzzTargets(): Promise<readonly FuzzTarget[]> {
  const made = [
    header,
    await objectNames(),
    ...(await descriptors()),
    await passkeys(),
    ...(await snapshots()),
    ...(await packs()),
    await chunks(),
    ...(await frames()),
    await groups(),
    await manifests(),
    await archives(),
    ...(await plainBackups()),
  ];
  return made;
}
