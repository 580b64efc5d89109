import { run } from '../../process/command.ts';

/** Lets the system forget what it read of a file (Linux): the next reads come from the disk. */
export async function forgetCached(path: string): Promise<void> {
  await run({ argv: ['dd', `of=${path}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'] });
}

/** Waits until the disk has all that was written: a store that waits for it would be measured slow. */
export async function writeOut(): Promise<void> {
  await run({ argv: ['sync'] });
}
