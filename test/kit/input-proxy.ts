import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A line to a server that can be cut or held up. */
export interface Line {
  /** The server's address by way of this line. */
  readonly url: string;
  /** How many connections were asked for while it was cut. */
  readonly refused: number;
  /** Whether it is held up, or cut. */
  readonly isBroken: boolean;
  /** Cuts it, for good, once so many more bytes went over, in either direction. */
  cutAfter(bytes: number): void;
  /** Holds everything up, and cuts nothing, once so many more bytes went over. */
  stallAfter(bytes: number): void;
  /** Holds every answer up once a request went over that begins like this. */
  stallAnswersAfter(request: RegExp): void;
  /** Ends what is held up or cut. */
  mend(): void;
  close(): Promise<void>;
}

type Break = 'cut' | 'stall';

/** Opens a line to a server on this machine. */
export async function openLine(target: string): Promise<Line> {
  const line = new TcpLine(Number(new URL(target).port));
  await line.listen();
  return line;
}

class TcpLine implements Line {
  refused = 0;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  /** Those that answers come from. */
  readonly #answers = new WeakSet<Socket>();
  readonly #server: Server;
  #left = Infinity;
  #then: Break = 'cut';
  #last: RegExp | undefined;
  #holdsAnswers = false;

  constructor(port: number) {
    this.#port = port;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get isBroken(): boolean {
    return this.#left <= 0;
  }

  cutAfter(bytes: number): void {
    [this.#left, this.#then] = [bytes, 'cut'];
  }

  stallAfter(bytes: number): void {
    [this.#left, this.#then] = [bytes, 'stall'];
  }

  stallAnswersAfter(request: RegExp): void {
    this.#last = request;
  }

  mend(): void {
    this.#left = Infinity;
    this.#last = undefined;
    this.#holdsAnswers = false;
    this.#hangUp();
  }

  async close(): Promise<void> {
    this.#hangUp();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(near: Socket): void {
    if (this.isBroken && this.#then === 'cut') {
      this.refused++;
      near.destroy();
      return;
    }
    const far = connect(this.#port, '127.0.0.1');
    this.#carry(near, far);
    this.#carry(far, near);
    near.prependListener('data', (bytes: Buffer) => {
      if (this.#last?.test(bytes.toString('latin1')) === true) this.#holdsAnswers = true;
    });
    this.#answers.add(far);
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    from.on('data', (bytes: Buffer) => {
      if (this.#holdsAnswers && this.#answers.has(from)) return;
      this.#left -= bytes.length;
      if (!this.isBroken) to.write(bytes);
      else if (this.#then === 'cut') this.#hangUp();
    });
  }
}
