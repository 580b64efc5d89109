import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWeb } from '../../../tools/build-web.ts';
import { startServer, type Server } from '../../../tools/run-strongroom.ts';
import { engineProxy, type Line } from './engine-proxy.ts';
import { devicesOf, launch, type Stage } from './harness.ts';

/** A stage whose server can be killed and started again, behind a line that can be made slow. */
export interface ShakyStage extends Omit<Stage, 'server'> {
  readonly line: Line;
  readonly url: string;
  /** Kills the server (SIGKILL). */
  readonly crash: () => Promise<void>;
  /** Starts it again if it was killed, with the same data at the same address. */
  readonly revive: () => Promise<void>;
  /** Resolves as soon as something waits on the line: then a transfer is in the middle. */
  readonly held: () => Promise<void>;
  /** Nothing is slow any more. */
  readonly hurry: () => void;
  /** Everything is as it should be: the server is there, and the line whole. */
  readonly calm: () => Promise<void>;
}

/** @param policy how guesses are counted, as `--policy` takes it */
export async function setShakyStage(policy: object): Promise<ShakyStage> {
  await buildWeb();
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-shaky-'));
  const data = join(folder, 'data');
  const rules = join(folder, 'policy.json');
  await writeFile(rules, JSON.stringify(policy));
  const start = { data, log: join(folder, 'server.log'), args: ['--policy', rules] };
  let server = await startServer(start);
  const browser = await launch();
  const port = Number(new URL(server.url).port);
  const line: Line = { cut: false, late: 0, lateReads: 0, held: 0, uploaded: 0 };
  const proxy = engineProxy(new URL(server.url), line, {});
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const hurry = (): void => void Object.assign(line, { late: 0, lateReads: 0 });
  const revive = async (): Promise<void> => {
    if (hasEnded(server)) server = await startServer({ ...start, port });
  };
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    url,
    line,
    browser,
    ...devicesOf(browser, url, data, { keepsOffline: false }),
    crash: () => server.kill(),
    revive,
    held: () => until(() => line.held! > 0),
    hurry,
    calm: async () => {
      hurry();
      line.cut = false;
      await revive();
    },
    close: async () => {
      await browser.close();
      proxy.closeAllConnections();
      proxy.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function hasEnded({ process: { exitCode, signalCode } }: Server): boolean {
  return exitCode !== null || signalCode !== null;
}

// So long may it take until something waits on the line, milliseconds.
const patience = 90_000;

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + patience; !holds();) {
    if (Date.now() > end) throw new Error('nothing waits on the line');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
