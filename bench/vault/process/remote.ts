import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What another process can be asked, by name. Arguments and answers are copied. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
  readonly name: string;
  readonly argument: unknown;
}

type Answer = { readonly value: unknown } | { readonly error: string };

/** A process of this program that answers questions, one at a time. */
export class Remote<H extends Handlers> {
  readonly #child: ChildProcess;
  #failure: Error | undefined;

  /** @param module beside this folder's parent, such as `./vault-process.ts`, which calls `answer` */
  constructor(module: string) {
    const path = fileURLToPath(new URL(module, import.meta.url));
    const execArgv = ['--conditions=source', '--disable-warning=ExperimentalWarning'];
    this.#child = fork(path, { serialization: 'advanced', execArgv });
  }

  /** Asks, and waits for the answer. @throws Error with what went wrong there, or when the process ends */
  ask<N extends keyof H & string>(
    name: N,
    ...[argument]: Parameters<H[N]>
  ): Promise<Awaited<ReturnType<H[N]>>> {
    // Whoever asks it to close after a failure is to hear of that, not of a process that is gone.
    if (this.#failure) return Promise.reject(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<H[N]>>>();
    const child = this.#child;
    const onExit = (code: number | null, signal: string | null): void =>
      reject(new Error(`the process of ${name} ended with ${code ?? signal}`));
    child.once('exit', onExit);
    child.once('message', (answer: Answer) => {
      child.off('exit', onExit);
      if ('value' in answer) return resolve(answer.value as Awaited<ReturnType<H[N]>>);
      // It is of no more use, and would keep this process alive.
      child.kill();
      this.#failure = new Error(`${name}: ${answer.error}`);
      reject(this.#failure);
    });
    child.send({ name, argument } satisfies Question);
    return promise;
  }

  /** Waits for its end, which comes as soon as it has nothing left to do. */
  async end(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    await ended;
  }
}

/** Lets the process that started this one ask. */
export function answer(handlers: Handlers): void {
  process.on('message', (question: Question) => void reply(handlers, question));
}

async function reply(handlers: Handlers, { name, argument }: Question): Promise<void> {
  try {
    process.send!({ value: await handlers[name]!(argument as never) } satisfies Answer);
  } catch (error) {
    process.send!({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
