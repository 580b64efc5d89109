import { spawn, type ChildProcess } from 'node:child_process';

// What a process says last, characters.
const keptOutput = 4000;

/** How a process is started. */
export interface SiteProcessOptions {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Hears the messages of a process that is one of ours; none: it has no channel. */
  readonly onMessage?: (message: unknown) => void;
}

/** A process at a site, which can be paused and killed. */
export class SiteProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #output = '';
  #hasEnded = false;

  constructor({ command, env = {}, onMessage }: SiteProcessOptions) {
    const [program = '', ...args] = command;
    this.#child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe', ...(onMessage ? (['ipc'] as const) : [])],
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-keptOutput);
    });
    if (onMessage !== undefined) this.#child.on('message', onMessage);
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#end(resolve, error.message));
      this.#child.once('close', (code, signal) => this.#end(resolve, `ended (${code ?? signal})`));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** What it said last. */
  get output(): string {
    return this.#output;
  }

  /** Sends a message, unless the process is gone. */
  send(message: object): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** It keeps its connections and does nothing. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    this.resume();
    this.#child.kill('SIGTERM');
    await this.#ended;
  }

  /** Kills it in the middle of whatever it does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #end(resolve: () => void, why: string): void {
    this.#hasEnded = true;
    this.#output += why;
    resolve();
  }
}
