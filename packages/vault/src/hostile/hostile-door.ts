import { StrongroomError, toHex, type Bytes } from '@strongroom/core';
import type { Rng } from '../../../../tools/fuzz/rng.ts';
import type { TestRelay } from '../testing/test-vaults.ts';
import type { WatchedVaults } from './world.ts';

/** A request that passed the front door. */
interface Carried {
  readonly index: number;
  readonly accountId: Bytes;
  readonly sealed: Bytes;
}

const lost = (): StrongroomError => new StrongroomError('offline', { server: 'the front door' });

/**
 * A front door that does with messages what it likes. It signs account tokens as it likes, too: for any account, any
 * vault and any message that it has seen.
 */
export class HostileDoor {
  /** How many messages in ten it leaves alone. */
  honesty = 5;
  readonly #world: WatchedVaults;
  readonly #rng: Rng;
  readonly #requests: Carried[] = [];
  readonly #answers: Bytes[] = [];
  readonly #heldBack: Carried[] = [];

  constructor(world: WatchedVaults, rng: Rng) {
    this.#world = world;
    this.#rng = rng;
  }

  /** How an account's devices reach the vaults through it. */
  relay(accountId: Bytes): TestRelay {
    return async (vaultId, sealedRequest) => {
      const { vaults } = this.#world.vaults.directory;
      const { index } = vaults.find((vault) => toHex(vault.vaultId) === toHex(vaultId))!;
      const request = { index, accountId, sealed: new Uint8Array(sealedRequest) };
      this.#requests.push(request);
      return this.#rng.below(10) < this.honesty ? this.#deliver(request) : this.#mistreat(request);
    };
  }

  /** Sends something old again, as whose it was or as somebody else's. */
  async replay(): Promise<void> {
    if (this.#requests.length === 0) return;
    const old = this.#rng.pick(this.#requests);
    const other = this.#rng.pick(this.#requests);
    await this.#quietly(this.#rng.oneIn(3) ? { ...old, accountId: other.accountId } : old);
  }

  async #mistreat(request: Carried): Promise<Bytes> {
    const rng = this.#rng;
    const other = rng.pick(this.#requests);
    const ways: readonly (() => Promise<Bytes>)[] = [
      // Drops it, or its answer; keeps it for later.
      () => Promise.reject(lost()),
      () => this.#quietly(request).then(() => Promise.reject(lost())),
      () => {
        this.#heldBack.push(request);
        return Promise.reject(lost());
      },
      // Repeats it.
      () => this.#quietly(request).then(() => this.#deliver(request)),
      () => this.#deliver(request).then((first) => this.#quietly(request).then(() => first)),
      // Puts something else in its place: another's request, another vault, another account, other bits.
      () => this.#deliver({ ...request, sealed: other.sealed }),
      () => this.#deliver({ ...request, index: other.index }),
      () => this.#deliver({ ...request, accountId: other.accountId }),
      () => this.#deliver({ ...request, sealed: this.#flipped(request.sealed) }),
      // Puts something else in the place of its answer.
      () => this.#quietly(request).then(() => this.#oldAnswer()),
      () => this.#deliver(request).then((answer) => this.#flipped(answer)),
      // Sends others before it: what was held back, or what is old.
      () => this.#letGo().then(() => this.#deliver(request)),
      () => this.replay().then(() => this.#deliver(request)),
    ];
    return rng.pick(ways)();
  }

  async #deliver({ index, accountId, sealed }: Carried): Promise<Bytes> {
    const answer = await this.#world.serve(index, accountId, sealed);
    if (typeof answer === 'string') throw lost();
    this.#answers.push(answer);
    return answer;
  }

  async #quietly(request: Carried): Promise<void> {
    await this.#deliver(request).catch(() => undefined);
  }

  async #letGo(): Promise<void> {
    for (const request of this.#heldBack.splice(0)) await this.#quietly(request);
  }

  async #oldAnswer(): Promise<Bytes> {
    if (this.#answers.length === 0) throw lost();
    return this.#rng.pick(this.#answers);
  }

  #flipped(bytes: Bytes): Bytes {
    const at = this.#rng.below(bytes.length);
    return bytes.with(at, bytes[at]! ^ (1 << this.#rng.below(8)));
  }
}
