/** A value that must not be shown: it prints as `[secret]` everywhere and is opened by `reveal()` alone. */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Every use of a secret is found by searching for this name. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }
}

/** Overwrites bytes that are no longer needed. The platform may have made copies that nobody can reach. */
export function wipe(...buffers: readonly (Uint8Array | undefined)[]): void {
  for (const buffer of buffers) buffer?.fill(0);
}
