import type { TaskView } from '../../../engine/contract.ts';

/** How much of it is done, from 0 to 1: by bytes; by files where there are no bytes. */
export function partOf({
  bytesDone,
  bytesTotal,
  filesDone,
  filesTotal,
}: Pick<TaskView, 'bytesDone' | 'bytesTotal' | 'filesDone' | 'filesTotal'>): number {
  const [done, total] = bytesTotal > 0 ? [bytesDone, bytesTotal] : [filesDone, filesTotal];
  return total > 0 ? Math.min(1, done / total) : 0;
}
