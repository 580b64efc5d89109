import { StrongroomError } from '@strongroom/core';

/** A sign-in asks for a code, again after each wrong one. */
export type AskCode = (triesLeft: number | undefined) => Promise<string>;

interface Question {
  readonly triesLeft: number | undefined;
  readonly answer: (code: string) => void;
}

/** A sign-in that is under way while a person types. */
export class SignInFlow {
  readonly #ended: Promise<void>;
  #question = Promise.withResolvers<Question>();

  /** @param begin signs in, and asks for the code */
  constructor(begin: (askCode: AskCode) => Promise<void>) {
    const askCode: AskCode = (triesLeft) =>
      new Promise((answer) => this.#question.resolve({ triesLeft, answer }));
    this.#ended = begin(askCode);
    this.#ended.catch(() => undefined);
  }

  /** Until a code is asked for. Throws what the sign-in failed with. */
  async asked(): Promise<void> {
    await this.#next();
  }

  /** Answers, and waits until the sign-in is done. @throws StrongroomError `wrong-code`, and what it failed with */
  async answer(code: string): Promise<void> {
    const question = await this.#next();
    this.#question = Promise.withResolvers();
    question?.answer(code);
    const again = await this.#next();
    if (again) throw new StrongroomError('wrong-code', { triesLeft: again.triesLeft ?? 0 });
  }

  #next(): Promise<Question | undefined> {
    return Promise.race([this.#question.promise, this.#ended.then(() => undefined)]);
  }
}
