import type { Progress, Warning } from '@strongroom/archive';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
import type { TaskView } from '../contract.ts';
import { toProblem } from '../problem.ts';
import { backOff, isPassing, waitForNetwork } from './patience.ts';

/** What work under way is given. */
export interface TaskTools {
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
  readonly warn: (warning: Pick<Warning, 'code' | 'path'>) => void;
}

export type TaskKind = TaskView['kind'];

// More of them nobody reads.
const mostWarnings = 1000;

const nothingDone = { filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0, uploadedBytes: 0 };

/** What is under way: one thing at a time. What fails for want of a network goes on by itself when there is one. */
export class Tasks {
  readonly #changed: () => void;
  #task: TaskView | undefined;
  #stop: AbortController | undefined;
  #ended: Promise<void> = Promise.resolve();
  #again: (() => Promise<void>) | undefined;

  /** @param changed hears whenever `view` is another */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get view(): TaskView | undefined {
    return this.#task;
  }

  get isBusy(): boolean {
    return this.#stop !== undefined;
  }

  /**
   * Does something that takes long.
   * @param work may be called more than once, and goes on where it was
   * @param again what `resume` does when it was stopped or has failed
   * @throws StrongroomError `in-use` while something else is under way, `cancelled`, and what the work throws
   */
  async run<T>(
    kind: TaskKind,
    work: (tools: TaskTools) => Promise<T>,
    again?: () => Promise<void>,
  ): Promise<T> {
    if (this.#stop) throw new StrongroomError('in-use', { path: this.#task!.kind });
    const stop = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stop = stop;
    this.#ended = promise;
    this.#again = again;
    this.#show({ kind, status: 'running', ...nothingDone, warnings: [] });
    try {
      const result = await this.#patiently(work, stop.signal);
      this.#change({ status: 'done' });
      return result;
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      this.#stop = undefined;
      resolve();
      this.#changed();
    }
  }

  /** Shows something that was under way when the engine ended, and can be resumed. */
  offer(kind: TaskKind, again: () => Promise<void>): void {
    this.#again = again;
    this.#show({ kind, status: 'paused', ...nothingDone, warnings: [] });
  }

  /** Stops what is under way; when it returns, it has ended. */
  async cancel(): Promise<void> {
    if (!this.#stop) return;
    this.#change({ status: 'cancelling' });
    this.#stop.abort();
    await this.#ended;
  }

  /** Goes on with what was stopped or has failed. */
  async resume(): Promise<void> {
    if (this.#stop === undefined) await this.#again?.();
  }

  /** Forgets what has ended. @throws StrongroomError `in-use` while it has not */
  dismiss(): void {
    if (this.#stop) throw new StrongroomError('in-use', { path: this.#task!.kind });
    this.#task = undefined;
    this.#again = undefined;
    this.#changed();
  }

  async #patiently<T>(work: (tools: TaskTools) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work(this.#tools(signal, () => (attempt = 0)));
      } catch (error) {
        // What is stopped may fail in many ways.
        if (signal.aborted) throw new StrongroomError('cancelled', {}, { cause: error });
        if (!isPassing(error)) throw error;
        this.#change({ status: 'paused', problem: toProblem(error) });
        await waitForNetwork(backOff(attempt), signal);
        this.#show({ ...withoutProblem(this.#task!), status: 'running' });
      }
    }
  }

  #tools(signal: AbortSignal, onProgress: () => void): TaskTools {
    return {
      signal,
      progress: (progress) => {
        // What gets on need not wait long the next time.
        if (progress.uploadedBytes > 0) onProgress();
        this.#progress(progress);
      },
      warn: ({ code, path }) => {
        const { warnings } = this.#task!;
        if (warnings.length < mostWarnings) this.#change({ warnings: [...warnings, { code, path }] });
      },
    };
  }

  #progress({ filesDone, filesTotal, bytesDone, bytesTotal, uploadedBytes, secondsLeft }: Progress): void {
    if (!this.#task) return;
    const { secondsLeft: _, ...task } = this.#task;
    const counts = { filesDone, filesTotal, bytesDone, bytesTotal, uploadedBytes };
    this.#show({ ...task, ...counts, ...(secondsLeft !== undefined && { secondsLeft }) });
  }

  #fail(error: unknown): void {
    const isStopped = isStrongroomError(error, 'cancelled');
    this.#change({ status: isStopped ? 'paused' : 'failed', problem: toProblem(error) });
  }

  #change(change: Partial<TaskView>): void {
    if (this.#task) this.#show({ ...this.#task, ...change });
  }

  #show(task: TaskView): void {
    this.#task = task;
    this.#changed();
  }
}

function withoutProblem(task: TaskView): TaskView {
  const { problem: _, ...view } = task;
  return view;
}
