import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the line does with what is sent over it; `holding` keeps requests back until it is `open` again. */
export type LineState = 'open' | 'holding requests' | 'losing answers' | 'refusing';

/** A line to a port of this machine that behaves badly when it is told to. */
export class TcpLine {
  readonly #target: number;
  readonly #server: Server = createServer((near) => this.#join(near));
  readonly #sockets = new Set<Socket>();
  #state: LineState = 'open';
  #held: (() => void)[] = [];

  private constructor(target: number) {
    this.#target = target;
  }

  static async to(target: number): Promise<TcpLine> {
    const line = new TcpLine(target);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  set state(state: LineState) {
    this.#state = state;
    if (state === 'refusing') this.cut();
    if (state !== 'open') return;
    for (const release of this.#held) release();
    this.#held = [];
  }

  /** Ends every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket): void {
    if (this.#state === 'refusing') {
      near.destroy();
      return;
    }
    const far = connect(this.#target, '127.0.0.1');
    near.on('data', (bytes) => this.#request(() => far.write(bytes)));
    far.on('data', (bytes) => this.#state !== 'losing answers' && near.write(bytes));
    this.#tie(near, far);
    this.#tie(far, near);
  }

  #request(send: () => void): void {
    if (this.#state === 'holding requests') this.#held.push(send);
    else send();
  }

  // What is held is still to arrive, though its sender has given up.
  #tie(one: Socket, other: Socket): void {
    this.#sockets.add(one);
    one.on('error', () => {});
    one.on('close', () => {
      this.#sockets.delete(one);
      this.#request(() => other.end());
    });
  }
}
