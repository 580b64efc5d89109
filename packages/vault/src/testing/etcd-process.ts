import { spawn, type ChildProcess } from 'node:child_process';

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

// What etcd says last, in case it stops by itself, characters.
const keptOutput = 4000;

/** A member that runs, can be paused and killed. */
export class EtcdProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #output = '';
  #failure: string | undefined;

  /** Starts Debian's etcd, or the one that the environment variable ETCD names. */
  constructor(args: readonly string[], environment: Readonly<Record<string, string>>) {
    this.#child = spawn(process.env['ETCD'] ?? 'etcd', args, {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    running.add(this.#child);
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-keptOutput);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(this.#end(advice(error))));
      this.#child.once('close', (code) => resolve(this.#end(`etcd ended (${code}): ${this.#output}`)));
    });
  }

  /** Why it does not run any more, if it does not. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Stops it in the middle of whatever it does; it keeps its connections and says nothing. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** Kills it, also when it is paused. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #end(why: string): void {
    this.#failure ??= why;
    running.delete(this.#child);
  }
}

function advice(error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOENT') return error.message;
  return 'etcd is missing: `sudo apt-get install etcd-server` (Debian, Ubuntu), or ETCD=/path/to/etcd';
}
