import { Session } from 'node:inspector/promises';

// Microseconds between two looks.
const interval = 250;

/** Records CPU profiles of parts of what this process does, as one. */
class Profiler {
  readonly #profiles: object[] = [];
  #session: Session | undefined;

  enable(): void {
    this.#session = new Session();
    this.#session.connect();
  }

  /** Runs something; is part of the profile if it was enabled. */
  async during<T>(run: () => Promise<T>): Promise<T> {
    const session = this.#session;
    if (session === undefined) return run();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval });
    await session.post('Profiler.start');
    const result = await run();
    this.#profiles.push((await session.post('Profiler.stop')).profile);
    return result;
  }

  /** JSON: a list of the profiles. */
  take(): string {
    return JSON.stringify(this.#profiles.splice(0));
  }
}

/** This process's profiler. */
export const record: Profiler = new Profiler();
