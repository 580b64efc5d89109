import { type Descriptor, authenticateDescriptor, readDescriptor } from '../descriptor.ts';
import type { Archive } from '../archive.ts';
import type { StoreOptions } from '../object-store.ts';

/**
 * The descriptor of an archive that is still, or again, under an earlier key than the one in use: a change of the key
 * was cut off before its end, or somebody who has the old key put it back.
 * @param archive whose newest snapshot was read, so that its earlier keys are known
 * @returns none when the descriptor is under the key in use, or one that is not known
 * @throws StrongroomError 'archive-missing', 'archive-damaged', 'newer-version', and what the store throws
 */
export async function staleDescriptor(
  { store, id, keys }: Archive,
  options?: StoreOptions,
): Promise<Descriptor | undefined> {
  const { keyCheck } = await readDescriptor(store, id, options);
  const under = keys.find(keyCheck);
  if (under === undefined || under === keys.current) return undefined;
  return authenticateDescriptor(store, id, under, options);
}
