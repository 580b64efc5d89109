import type { Bytes } from '@strongroom/core';
import type { Hsm } from '../hsm/hsm.ts';
import type { NodeId } from './fleet.ts';
import { nodeIdOf } from './fleet-codec.ts';

/** The name of an HSM, which never changes: asked for once. Its transport key is made with the first question. */
export class OwnName {
  readonly #hsm: Hsm;
  #known: { readonly id: NodeId; readonly transportKey: Bytes } | undefined;

  constructor(hsm: Hsm) {
    this.#hsm = hsm;
  }

  async get(): Promise<{ readonly id: NodeId; readonly transportKey: Bytes }> {
    if (this.#known === undefined) {
      const transportKey = await this.#hsm.transportKey();
      this.#known = { id: nodeIdOf(transportKey), transportKey };
    }
    return this.#known;
  }
}
