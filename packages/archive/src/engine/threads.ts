import { StrongroomError } from '@strongroom/core';
import type { ChunkEngine } from './chunk-engine.ts';
import {
  type Answer,
  type Request,
  type Results,
  givenIn,
  inOwnBuffer,
  lengthOf,
  resultOf,
} from './messages.ts';

/** Another thread that answers requests one after the other. */
export interface Thread {
  /** Asks for several things at once; they are answered together. */
  ask(requests: readonly Request[], transfer: ArrayBuffer[]): void;
  /** Called with the answers to what was asked at once, in the order of the requests. */
  onAnswers(listener: (answers: readonly Answer[]) => void): void;
  /** Called when the thread cannot go on: it ended by itself, could not start, or lost a message. */
  onFailure(listener: (error: unknown) => void): void;
  /** Whether the program may end while this thread waits for work. */
  keepAlive(busy: boolean): void;
  /** Ends the thread at once, whatever it is at. */
  end(): void;
}

/** An engine that has threads. Whoever made it may end them; an archive that uses it does not. */
export interface ThreadedEngine extends ChunkEngine {
  /** Ends the threads; what they are asked for at the moment fails as 'cancelled'. Later jobs start new ones. */
  close(): void;
}

export interface ThreadsOptions {
  readonly spawn: () => Thread;
  readonly width: number;
  /** Does what is not worth another thread. */
  readonly here: ChunkEngine;
}

// Going to another thread and back takes as long as compressing and sealing this much.
const smallJob = 32 * 1024;

// So many times as long as sealing alone takes.
const compressing = 8;

// Less work than this in all is done before a thread has started.
const startingWorth = 1024 * 1024;

// Some requests wait behind those at work, so that a thread never idles.
const mostQueued = 2;

// Going over together, small jobs share what it costs: so many at most, and so many bytes.
const mostTogether = 8;
const bytesTogether = 1024 * 1024;

interface Waiting {
  readonly request: Request;
  readonly done: (answer: Answer) => void;
  readonly failed: (error: unknown) => void;
}

/** Spreads large jobs over other threads, which start when there is enough to do. */
export function threadedEngine({ spawn, width, here }: ThreadsOptions): ThreadedEngine {
  const pool = new ThreadPool(spawn, width);
  let smallBytes = 0;
  const isSmall = (length: number): boolean => {
    smallBytes += length;
    return length < smallJob || smallBytes < startingWorth;
  };
  const elsewhere = async <K extends Request['do']>(request: Request & { do: K }): Promise<Results[K]> =>
    resultOf(await pool.run(request)) as Results[K];
  return {
    width,
    readsFiles: here.readsFiles,
    name: (chunkId, plain) =>
      isSmall(plain.length)
        ? here.name(chunkId, plain)
        : elsewhere({ do: 'name', chunkId, plain: inOwnBuffer(plain) }),
    hashPages: (key, plain, pageSize) =>
      isSmall(plain.length)
        ? here.hashPages(key, plain, pageSize)
        : elsewhere({ do: 'hash', key, plain: inOwnBuffer(plain), pageSize }),
    seal: (job) =>
      isSmall(job.compress ? job.plain.length : job.plain.length / compressing)
        ? here.seal(job)
        : elsewhere({ do: 'seal', job: { ...job, plain: inOwnBuffer(job.plain) } }),
    open: (job) =>
      isSmall(job.plainLength)
        ? here.open(job)
        : elsewhere({ do: 'open', job: { ...job, sealed: inOwnBuffer(job.sealed) } }),
    close: () => pool.close(),
  };
}

class ThreadPool {
  readonly #spawn: () => Thread;
  readonly #width: number;
  readonly #members: Member[] = [];
  readonly #waiting: Waiting[] = [];

  constructor(spawn: () => Thread, width: number) {
    this.#spawn = spawn;
    this.#width = width;
  }

  run(request: Request): Promise<Answer> {
    return new Promise((done, failed) => {
      this.#waiting.push({ request, done, failed });
      this.#next();
    });
  }

  close(): void {
    const cancelled = new StrongroomError('cancelled', {});
    for (const job of this.#waiting.splice(0)) job.failed(cancelled);
    for (const member of this.#members.splice(0)) member.end(cancelled);
  }

  #next(): void {
    for (let member = this.#free(); member; member = this.#free()) member.take(this.#share());
  }

  /** What goes over together: of what waits, a thread's share. */
  #share(): Waiting[] {
    const most = Math.min(mostTogether, Math.ceil(this.#waiting.length / this.#width));
    let count = 0;
    let bytes = 0;
    while (count < most && bytes < bytesTogether) bytes += lengthOf(this.#waiting[count++]!.request);
    return this.#waiting.splice(0, count);
  }

  /** The member with the least to do, unless all have enough. */
  #free(): Member | undefined {
    if (this.#waiting.length === 0) return undefined;
    const least = this.#members.toSorted((a, b) => a.load - b.load)[0];
    if (this.#members.length < this.#width && least?.load !== 0) return this.#grow();
    return least && least.load < mostQueued ? least : undefined;
  }

  #grow(): Member {
    const member = new Member(this.#spawn(), () => this.#next());
    this.#members.push(member);
    return member;
  }
}

/** A thread and what it was asked. */
class Member {
  readonly #thread: Thread;
  /** Jobs that went over together, in the order in which they are answered. */
  readonly #asked: (readonly Waiting[])[] = [];
  readonly #idle: () => void;
  #failure: unknown;

  constructor(thread: Thread, idle: () => void) {
    this.#thread = thread;
    this.#idle = idle;
    thread.onAnswers((answers) => this.#answered(answers));
    thread.onFailure((cause) => {
      this.end(new StrongroomError('bug', { where: 'a worker thread' }, { cause }));
      idle();
    });
  }

  /** How often it was asked without having answered yet. */
  get load(): number {
    return this.#asked.length;
  }

  take(jobs: readonly Waiting[]): void {
    if (this.#failure === undefined) this.#ask(jobs);
    else for (const job of jobs) job.failed(this.#failure);
  }

  #ask(jobs: readonly Waiting[]): void {
    const requests = jobs.map(({ request }) => request);
    try {
      this.#thread.ask(requests, requests.flatMap(givenIn));
    } catch (error) {
      // What cannot be sent, such as bytes that were given away before, is not answered; what it went with can be.
      if (jobs.length === 1) jobs[0]!.failed(error);
      else for (const job of jobs) this.#ask([job]);
      return;
    }
    this.#asked.push(jobs);
    if (this.#asked.length === 1) this.#thread.keepAlive(true);
  }

  #answered(answers: readonly Answer[]): void {
    const jobs = this.#asked.shift() ?? [];
    if (this.#asked.length === 0) this.#thread.keepAlive(false);
    for (const [i, job] of jobs.entries()) job.done(answers[i]!);
    this.#idle();
  }

  /** Ends the thread. What it was asked, and whatever it is asked from now on, fails. */
  end(failure: StrongroomError): void {
    this.#failure ??= failure;
    for (const job of this.#asked.splice(0).flat()) job.failed(this.#failure);
    this.#thread.end();
  }
}
