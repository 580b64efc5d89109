import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ObjectStore } from '@strongroom/archive';
import { MemoryStore, objectStoreConformance } from '@strongroom/archive/testing';
import { StrongroomError, utf8 } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { namesIn, startTestCloud, type TestCloud } from '../../test/test-cloud.ts';
import { fetchHttp } from '../http/fetch-http.ts';
import type { HttpResponse } from '../http/http.ts';
import { nodeHttp } from '../node/node-http.ts';
import { BuiltinStore } from './builtin-store.ts';

const ways = [
  ['fetch', fetchHttp()],
  ['Node', nodeHttp()],
] as const;

describe.each(ways)('by %s,', (_, http) => {
  let accounts: Map<string, ObjectStore>;
  let served: TestCloud;
  const cloudOf = (token: string): BuiltinStore =>
    new BuiltinStore({ server: served.url, token: async () => token, http });

  beforeEach(async () => {
    accounts = new Map([
      ['anna', new MemoryStore()],
      ['ben', new MemoryStore()],
    ]);
    served = await startTestCloud(accounts);
  });

  afterEach(() => served.close());

  describe('the built-in cloud is an object store: it', () => {
    test.each(objectStoreConformance)('$name', async ({ run }) => {
      await expect(run(cloudOf('anna'))).resolves.toBeUndefined();
    });
  });

  describe('a session’s token', () => {
    test('is asked for anew when it was refused, once', async () => {
      const asked: boolean[] = [];
      const token = async ({ renew }: { renew: boolean }): Promise<string> => {
        asked.push(renew);
        return renew ? 'anna' : 'expired';
      };
      const cloud = new BuiltinStore({ server: served.url, token, http });
      await cloud.put('a/b', utf8('x'));
      expect(await accounts.get('anna')!.get('a/b')).toEqual(utf8('x'));
      expect(asked).toEqual([false, true]);
    });

    test('that is refused twice means no access, whatever is asked', async () => {
      const asked: boolean[] = [];
      const token = async ({ renew }: { renew: boolean }): Promise<string> => {
        asked.push(renew);
        return 'nobody';
      };
      const cloud = new BuiltinStore({ server: served.url, token, http });
      const attempts = [
        () => cloud.put('a/b', utf8('x')),
        () => cloud.get('a/b'),
        () => cloud.remove('a/b'),
        () => namesIn(cloud),
      ];
      for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'cloud-denied' });
      expect(asked).toEqual(attempts.flatMap(() => [false, true]));
    });

    test('opens the objects of its own account alone', async () => {
      await cloudOf('anna').put('a/b', utf8('of Anna'));
      const ben = cloudOf('ben');
      await expect(ben.get('a/b')).rejects.toMatchObject({ code: 'object-missing' });
      expect(await namesIn(ben)).toEqual([]);
      await ben.remove('a/b');
      await ben.put('a/b', utf8('of Ben'), { ifAbsent: true });
      expect(await cloudOf('anna').get('a/b')).toEqual(utf8('of Anna'));
    });

    test('is needed before anything is said about a name', async () => {
      const headers = { authorization: 'Bearer nobody' };
      for (const path of ['/cloud/a', '/cloud/..%2f', '/cloud?prefix=a']) {
        expect((await served.ask('GET', path, { headers })).status).toBe(401);
      }
    });
  });

  describe('an object', () => {
    test('may be as large as a pack, and not much larger', async () => {
      const cloud = cloudOf('anna');
      await cloud.put('a/pack', new Uint8Array(16 * 1024 * 1024));
      await expect(cloud.put('a/more', new Uint8Array(17 * 1024 * 1024 + 1))).rejects.toMatchObject({
        code: 'cloud-unreachable',
      });
      expect(await namesIn(cloud)).toEqual(['a/pack']);
    });

    test.each(['text/plain', 'application/json', 'multipart/form-data'])(
      'is bytes, never %s',
      async (type) => {
        expect(
          (await served.ask('PUT', '/cloud/a', { body: '{}', headers: { 'content-type': type } })).status,
        ).toBe(415);
        expect(await namesIn(cloudOf('anna'))).toEqual([]);
      },
    );

    test.each([
      ['bytes=2-4', 206, '234'],
      ['bytes=8-20', 206, '89'],
      ['bytes=10-20', 416, ''],
      ['bytes=5-2', 416, ''],
      // What is no range of ours is no range: the whole object, as HTTP has it.
      ['bytes=0-', 200, '0123456789'],
      ['bytes=-3', 200, '0123456789'],
      ['bytes=0-1,3-4', 200, '0123456789'],
      ['bytes=99999999999999999999-0', 200, '0123456789'],
      ['items=0-1', 200, '0123456789'],
    ])('is read by %s', async (range, status, body) => {
      await cloudOf('anna').put('a', utf8('0123456789'));
      expect(await served.ask('GET', '/cloud/a', { headers: { range } })).toEqual({ status, body });
    });

    test('that is empty has no range but the empty one', async () => {
      const cloud = cloudOf('anna');
      await cloud.put('a', new Uint8Array());
      for (const [offset, length] of [
        [0, 0],
        [0, 5],
        [7, 5],
      ] as const) {
        expect(await cloud.get('a', { range: { offset, length } })).toEqual(new Uint8Array());
      }
    });
  });

  describe('a cloud that fails', () => {
    test('because the server is gone cannot be reached, whatever is asked', async () => {
      const cloud = cloudOf('anna');
      await served.close();
      await expect(cloud.put('a', utf8('x'))).rejects.toMatchObject({ code: 'cloud-unreachable' });
      await expect(cloud.get('a')).rejects.toMatchObject({ code: 'cloud-unreachable' });
      await expect(cloud.remove('a')).rejects.toMatchObject({ code: 'cloud-unreachable' });
      await expect(namesIn(cloud)).rejects.toMatchObject({ code: 'cloud-unreachable' });
    });

    test.each([
      ['cloud-full', 'cloud-full'],
      ['cloud-denied', 'cloud-denied'],
      ['bug', 'cloud-unreachable'],
    ] as const)('with %s says %s', async (inside, outside) => {
      const details = { where: 'a disk of the server' } as never;
      accounts.set(
        'anna',
        failing(() => new StrongroomError(inside, details)),
      );
      const error: unknown = await cloudOf('anna')
        .put('a', utf8('x'))
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: outside });
      expect(String(error)).not.toContain('a disk of the server');
    });

    test('with an error of its own says nothing about it', async () => {
      accounts.set(
        'anna',
        failing(() => new Error('EIO: /var/lib/strongroom')),
      );
      const { status, body } = await served.ask('GET', '/cloud/a');
      expect(status).toBe(503);
      expect(body).toBe('');
    });

    test.each([0, 1, 3])('after %i names of a list leaves no list that looks whole', async (names) => {
      accounts.set(
        'anna',
        failing(() => new Error('EIO'), names),
      );
      await expect(namesIn(cloudOf('anna'))).rejects.toMatchObject({
        code: 'cloud-unreachable',
      });
    });

    test.each([
      ['an object', (cloud: BuiltinStore) => cloud.get('a')],
      ['a list', (cloud: BuiltinStore) => namesIn(cloud)],
    ])('in the middle of %s gives nothing of it', async (_, ask) => {
      const half = createServer((_, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"name":"a","size":1}\n', () => response.destroy());
      });
      await new Promise<void>((resolve) => half.listen(0, '127.0.0.1', resolve));
      const address = `http://127.0.0.1:${(half.address() as AddressInfo).port}`;
      const cloud = new BuiltinStore({ server: address, token: async () => 'anna', http });
      await expect(ask(cloud)).rejects.toMatchObject({ code: 'cloud-unreachable' });
      half.close();
    });

    test.each([
      'no json',
      '{"name":"../../etc/passwd","size":1}',
      '{"name":"a","size":-1}',
      '{"name":"a","size":1e99}',
      'null',
      '[]',
    ])('is not believed when it lists: %s', async (line) => {
      const body = utf8(`{"name":"b","size":1}\n${line}\n`);
      const answer = async (): Promise<HttpResponse> => ({ status: 200, body });
      const cloud = new BuiltinStore({ server: served.url, token: async () => 'anna', http: answer });
      await expect(namesIn(cloud)).rejects.toMatchObject({ code: 'cloud-unreachable' });
    });
  });
});

/** A store that fails; its lists, after so many names. */
function failing(makeError: () => Error, names = 0): ObjectStore {
  const fail = async (): Promise<never> => {
    throw makeError();
  };
  return {
    description: 'a failing store',
    put: fail,
    get: fail,
    remove: fail,
    async *list() {
      for (let i = 0; i < names; i++) yield { name: `a/${i}`, size: 1 };
      throw makeError();
    },
  };
}
