import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** How far away and how narrow a connection is. */
export interface LinkOptions {
  /** Each way, milliseconds. */
  readonly delay: number;
  /** Each way, bytes a second, for all connections together. */
  readonly rate: number;
}

/** A cloud's usual distance: a round trip of 50 ms, and 20 MB/s. */
export const usualCloud: LinkOptions = { delay: 25, rate: 20_000_000 };

/** A port of this machine that leads to another one as if that were far away. */
export interface SlowLink {
  readonly port: number;
  close(): Promise<void>;
}

/** Opens a way to a port of this machine that is as slow as a network. */
export async function openSlowLink(
  target: number,
  { delay, rate }: LinkOptions = usualCloud,
): Promise<SlowLink> {
  const [up, down] = [new Lane(delay, rate), new Lane(delay, rate)];
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      // One side that breaks off takes the other with it. One that ends does not: bytes are still on their way.
      socket.on('error', () => [near, far].forEach((side) => side.destroy()));
    }
    // TCP's greeting takes a round trip before the first byte.
    void wait(2 * delay).then(() => Promise.all([carry(near, far, up), carry(far, near, down)]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** One direction of the link: bytes leave one after the other, and arrive later. */
class Lane {
  readonly #delay: number;
  readonly #rate: number;
  #free = 0;

  constructor(delay: number, rate: number) {
    this.#delay = delay;
    this.#rate = rate;
  }

  /** Sends as many bytes when the lane is free. @returns when they have left and when they arrive, milliseconds */
  send(bytes: number): { readonly left: number; readonly arrives: number } {
    const left = Math.max(this.#free, performance.now()) + (1000 * bytes) / this.#rate;
    this.#free = left;
    return { left, arrives: left + this.#delay };
  }
}

async function carry(from: Socket, to: Socket, lane: Lane): Promise<void> {
  let before: Promise<void> = Promise.resolve();
  try {
    // What has said all may still be answered: its end must not close it.
    for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      const { left, arrives } = lane.send(chunk.length);
      before = deliver(before, arrives, to, chunk);
      await until(left);
    }
    await before;
    to.end();
  } catch {
    to.destroy();
  }
}

// In order: what was sent before arrives before.
async function deliver(before: Promise<void>, at: number, to: Socket, chunk: Buffer): Promise<void> {
  await Promise.all([before, until(at)]);
  if (to.destroyed || to.write(chunk)) return;
  await new Promise<void>((resolve) => {
    to.once('drain', resolve);
    to.once('close', resolve);
  });
}

function until(time: number): Promise<void> {
  const rest = time - performance.now();
  return rest <= 0 ? Promise.resolve() : wait(rest);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
