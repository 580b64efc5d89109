import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type FuzzReport, type FuzzRequest, reportEvery } from './report.ts';

// An input takes microseconds to milliseconds; this is for a machine with a lot else to do.
const silenceMs = 60_000;
const heapMiB = 256;
const script = fileURLToPath(new URL('./process.ts', import.meta.url));

/** The process that decodes. It is begun anew when it came to an end. */
export class DecoderProcess {
  #child: ChildProcess | undefined;

  /** Runs a target. @throws Error when the process ended, or was silent for a minute: then it is stopped */
  ask(request: FuzzRequest): Promise<FuzzReport> {
    const child = (this.#child ??= this.#start());
    return new Promise((resolve, reject) => {
      let at = request.from;
      const hung = setTimeout(() => this.stop(), silenceMs);
      const onExit = (code: number | null, signal: string | null): void => {
        clearTimeout(hung);
        reject(new Error(`ended (${signal ?? code}) at one of the seeds ${at} to ${at + reportEvery - 1}`));
      };
      child.once('exit', onExit);
      child.on('message', (report: FuzzReport) => {
        hung.refresh();
        if ('at' in report) {
          at = report.at;
          return;
        }
        clearTimeout(hung);
        child.off('exit', onExit).removeAllListeners('message');
        resolve(report);
      });
      child.send(request);
    });
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #start(): ChildProcess {
    const child = fork(script, { execArgv: ['--conditions=source', `--max-old-space-size=${heapMiB}`] });
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    return child;
  }
}
