/** What a process did in a while. */
export interface Driven {
  /** By the clock. */
  readonly seconds: number;
  /** Of this process, all its threads, in user and kernel mode. */
  readonly cpuSeconds: number;
  /** Of each run in order, milliseconds. */
  readonly latencies: readonly number[];
}

/** Runs something `count` times, so many of them at once, and measures this process meanwhile. */
export async function drive(
  count: number,
  inFlight: number,
  run: (index: number) => Promise<void>,
): Promise<Driven> {
  const latencies = Array.from({ length: count }, () => 0);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const began = performance.now();
      await run(index);
      latencies[index] = performance.now() - began;
    }
  };
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { seconds: (performance.now() - began) / 1000, cpuSeconds: cpuSince(cpu), latencies };
}

/** CPU seconds of this process since then. */
export function cpuSince(before?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
