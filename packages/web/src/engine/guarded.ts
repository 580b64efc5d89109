import { toProblem } from './problem.ts';

type Method = (...args: never[]) => Promise<unknown>;

/** The same methods, whose errors are `Problem`s: plain data, which crosses to another thread as it is. */
export function guarded<T extends object>(target: T): T {
  return new Proxy(target, {
    get(of, name) {
      const method: unknown = Reflect.get(of, name);
      if (typeof method !== 'function') return method;
      return async (...args: never[]) => {
        try {
          return await (method as Method).apply(of, args);
        } catch (error) {
          throw toProblem(error);
        }
      };
    },
  });
}
