/** Lets so many in at once, in the order in which they came; or one alone, with nobody else inside. */
export class Turnstile {
  readonly #places: number;
  #free: number;
  readonly #waiting: { readonly places: number; readonly enter: () => void }[] = [];

  constructor(places: number) {
    this.#places = places;
    this.#free = places;
  }

  /** Does something among others. */
  among<T>(work: () => Promise<T>): Promise<T> {
    return this.#inside(1, work);
  }

  /** Does something when everybody who came before is out, and lets nobody in meanwhile. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#inside(this.#places, work);
  }

  async #inside<T>(places: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((enter) => {
      this.#waiting.push({ places, enter });
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#free += places;
      this.#admit();
    }
  }

  // Only the first in the line: whoever waits to be alone is not overtaken.
  #admit(): void {
    for (let next = this.#waiting[0]; next && next.places <= this.#free; next = this.#waiting[0]) {
      this.#free -= next.places;
      this.#waiting.shift();
      next.enter();
    }
  }
}
