import type { Engine, EngineState, Problem } from '../src/engine/contract.ts';
import { nothingYet } from '../src/shell/engine.ts';
import type { EngineConnection } from '../src/shell/session.ts';
import { storeOf, type SettableStore } from '../src/shell/store.ts';

// For pictures, and for tests of states that are hard to bring about. The product never uses it.

/** An engine in memory, whose state and answers are set from outside. */
export interface FakeEngine extends EngineConnection {
  readonly state: SettableStore<EngineState>;
  /** What was called, with what it was given. */
  readonly calls: (readonly [name: string, ...args: unknown[]])[];
  /** What a command answers: a value, or a function of what it is given. */
  answer(name: keyof Engine, answer: unknown): void;
  /** What a command throws from now on. */
  fail(name: keyof Engine, problem: Problem | undefined): void;
}

/** An engine in memory. @param first what is known at first, beyond nothing */
export function fakeEngine(first: Partial<EngineState> = {}): FakeEngine {
  const state = storeOf<EngineState>({ ...nothingYet, ...first });
  const answers = new Map<string, unknown>(Object.entries(answersAtFirst));
  const problems = new Map<string, Problem>();
  const calls: [string, ...unknown[]][] = [];
  const call = async (name: string, args: unknown[]): Promise<unknown> => {
    calls.push([name, ...args]);
    const problem = problems.get(name);
    // Errors cross threads as plain data.
    if (problem) return Promise.reject(problem);
    const answer = answers.get(name);
    return typeof answer === 'function' ? (answer as (...given: unknown[]) => unknown)(...args) : answer;
  };
  const engine = new Proxy({} as Engine, {
    get: (_, name) =>
      typeof name === 'symbol' || name === 'then'
        ? undefined
        : (...args: unknown[]): Promise<unknown> => call(name, args),
  });
  return {
    engine,
    ready: Promise.resolve(),
    state,
    calls,
    answer: (name, answer) => void answers.set(name, answer),
    fail: (name, problem) => void (problem ? problems.set(name, problem) : problems.delete(name)),
    close: async () => undefined,
  };
}

const groups = '3f2a 91c0 7be4 0d58 a6f1 22c9 8e07 5b3d c418 f96e 1a2b 70d5 e3c8 49af b016 6d72'.split(' ');

const answersAtFirst: Partial<Record<keyof Engine, unknown>> = {
  chats: [],
  messages: [],
  search: [],
  mediaOf: [],
  devices: [],
  newKey: groups,
  addKey64: groups,
  showKey: groups,
  judgePassword: (password: string) =>
    password.length < 8
      ? { ok: false, why: 'it is shorter than 8 characters', strength: 0 }
      : { ok: true, strength: Math.min(4, Math.floor(password.length / 5)) },
};
