import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import { TestOwner, type Dealt } from '@strongroom/vault/testing';

/** What all devices of an account know together: every registration that was ever made for it. */
export class Account {
  /** 16 bytes. */
  readonly id: Bytes = randomBytes(16);
  /** Who holds the backup key, and who has the number alone. */
  readonly keys: Readonly<Record<'owner' | 'stranger', TestOwner>> = {
    owner: new TestOwner(),
    stranger: new TestOwner(),
  };
  readonly #dealt = new Map<string, Dealt>();

  remember(dealt: Dealt): void {
    this.#dealt.set(toHex(dealt.generation), dealt);
  }

  find(generation: string | undefined): Dealt | undefined {
    return generation === undefined ? undefined : this.#dealt.get(generation);
  }
}
