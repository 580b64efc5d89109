import {
  type Bytes,
  type ErrorCode,
  equalBytes,
  isStrongroomError,
  randomBytes,
  utf8,
} from '@strongroom/core';
import type { ObjectStore } from '../object-store.ts';

/** One thing that every object store must do. */
export interface ConformanceCase {
  readonly name: string;
  /** @param store an empty one. @throws Error when the store does something else */
  readonly run: (store: ObjectStore) => Promise<void>;
}

/**
 * What every object store must do, free of any test runner:
 * `for (const { name, run } of objectStoreConformance) test(name, async () => run(await emptyStore()))`.
 */
export const objectStoreConformance: readonly ConformanceCase[] = [
  {
    name: 'gives back what was put',
    run: async (store) => {
      for (const length of [0, 1, 8, 65_537, 5 * 1024 * 1024]) {
        const bytes = randomBytes(length);
        await store.put(`a/${length}`, bytes);
        same(await store.get(`a/${length}`), bytes, `an object of ${length} bytes`);
      }
    },
  },
  {
    name: 'replaces an object',
    run: async (store) => {
      await store.put('a/b', utf8('a longer first version'));
      await store.put('a/b', utf8('second'));
      same(await store.get('a/b'), utf8('second'), 'the second version');
    },
  },
  {
    name: 'does not keep the bytes it was given',
    run: async (store) => {
      const bytes = utf8('before');
      await store.put('a/b', bytes);
      bytes.fill(0);
      same(await store.get('a/b'), utf8('before'), 'what was put');
      (await store.get('a/b')).fill(0);
      same(await store.get('a/b'), utf8('before'), 'what was put');
    },
  },
  {
    name: 'refuses a second object of the same name with ifAbsent, and keeps the first',
    run: async (store) => {
      await store.put('a/b', utf8('first'), { ifAbsent: true });
      await refuses('object-exists', () => store.put('a/b', utf8('second'), { ifAbsent: true }));
      same(await store.get('a/b'), utf8('first'), 'the first');
    },
  },
  {
    name: 'lets one of many writers win with ifAbsent',
    run: async (store) => {
      const writers = Array.from({ length: 8 }, (_, i) =>
        store.put('a/b', utf8(`writer ${i}`), { ifAbsent: true }).then(
          () => i,
          () => undefined,
        ),
      );
      const winners = (await Promise.all(writers)).filter((winner) => winner !== undefined);
      if (winners.length !== 1) throw new Error(`${winners.length} writers won`);
      same(await store.get('a/b'), utf8(`writer ${winners[0]}`), 'what the winner wrote');
    },
  },
  {
    name: 'reads ranges, and nothing beyond the end',
    run: async (store) => {
      await store.put('a/b', utf8('0123456789'));
      const range = async (offset: number, length: number, expected: string): Promise<void> =>
        same(
          await store.get('a/b', { range: { offset, length } }),
          utf8(expected),
          `range ${offset}+${length}`,
        );
      await range(0, 4, '0123');
      await range(3, 4, '3456');
      await range(8, 4, '89');
      await range(10, 4, '');
      await range(50, 4, '');
      await range(0, 100, '0123456789');
    },
  },
  {
    name: 'says that an object is missing',
    run: async (store) => {
      await refuses('object-missing', () => store.get('a/b'));
      await store.put('a/b', utf8('x'));
      await refuses('object-missing', () => store.get('a/c'));
      await refuses('object-missing', () => store.get('a'));
      await refuses('object-missing', () => store.get('a/b/c'));
      await refuses('object-missing', () => store.get('a/c', { range: { offset: 0, length: 1 } }));
    },
  },
  {
    name: 'lists what there is, with sizes',
    run: async (store) => {
      await lists(store, '', []);
      for (const name of ['a/b', 'a/bc', 'a/d/e', 'f/b']) await store.put(name, utf8(name));
      await lists(store, '', ['a/b', 'a/bc', 'a/d/e', 'f/b']);
      await lists(store, 'a/', ['a/b', 'a/bc', 'a/d/e']);
      await lists(store, 'a/b', ['a/b', 'a/bc']);
      await lists(store, 'a/d', ['a/d/e']);
      await lists(store, 'a/d/', ['a/d/e']);
      await lists(store, 'b', []);
      await lists(store, 'zz/', []);
    },
  },
  {
    name: 'lists many objects',
    run: async (store) => {
      const names = Array.from({ length: 1200 }, (_, i) => `many/${i}`);
      for (let i = 0; i < names.length; i += 50) {
        await Promise.all(names.slice(i, i + 50).map((name) => store.put(name, utf8(name))));
      }
      await lists(store, 'many/', names);
    },
  },
  {
    name: 'removes an object, and minds not when there is none',
    run: async (store) => {
      await store.remove('a/b');
      await store.put('a/b', utf8('x'));
      await store.remove('a/b');
      await refuses('object-missing', () => store.get('a/b'));
      await lists(store, '', []);
      await store.remove('a/b');
      await store.put('a/b', utf8('y'), { ifAbsent: true });
    },
  },
  {
    name: 'refuses names that are not allowed',
    run: async (store) => {
      const names = [
        '',
        '/',
        '/a',
        'a/',
        'a//b',
        '.',
        '..',
        'a/../b',
        'a.b',
        'a b',
        'ä',
        'a\\b',
        'a\0',
        'a%2f',
        'a\n',
      ];
      for (const name of [...names, 'x'.repeat(201)]) {
        await refuses('malformed', () => store.put(name, utf8('x')));
        await refuses('malformed', () => store.get(name));
        await refuses('malformed', () => store.remove(name));
      }
      await lists(store, '', []);
    },
  },
  {
    name: 'tells upper from lower case, or has one for good',
    run: async (store) => {
      await store.put('CASE/ABC', utf8('upper'));
      same(await store.get('CASE/ABC'), utf8('upper'), 'the object');
      await lists(store, 'CASE/', ['CASE/ABC']);
    },
  },
  {
    name: 'stops when it is told to',
    run: async (store) => {
      await store.put('a/b', utf8('x'));
      const signal = AbortSignal.abort();
      await refuses('cancelled', () => store.put('a/c', utf8('x'), { signal }));
      await refuses('cancelled', () => store.get('a/b', { signal }));
      await refuses('cancelled', () => store.remove('a/b', { signal }));
      await refuses('cancelled', async () => void (await namesOf(store, '', signal)));
      await lists(store, '', ['a/b']);
    },
  },
];

function same(found: Bytes, expected: Bytes, what: string): void {
  if (!equalBytes(found, expected)) throw new Error(`${what} came back otherwise`);
}

async function refuses(code: ErrorCode, request: () => Promise<unknown>): Promise<void> {
  const error: unknown = await request().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isStrongroomError(error, code)) throw new Error(`expected '${code}'`, { cause: error });
}

async function lists(store: ObjectStore, prefix: string, expected: readonly string[]): Promise<void> {
  const names = (await namesOf(store, prefix)).toSorted();
  if (names.join() !== expected.toSorted().join()) throw new Error(`'${prefix}' lists ${names.join()}`);
}

async function namesOf(store: ObjectStore, prefix: string, signal?: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, size } of store.list(prefix, { signal })) {
    names.push(name);
    const { length } = await store.get(name);
    if (size !== length) throw new Error(`${name} is listed with ${size} bytes instead of ${length}`);
  }
  return names;
}
