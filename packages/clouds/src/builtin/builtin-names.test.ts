import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utf8 } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestCloud, type TestCloud } from '../../test/test-cloud.ts';
import { folderStore } from '../folder/folder-store.ts';

describe('names that lead elsewhere', () => {
  let root: string;
  let served: TestCloud;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'strongroom-builtin-'));
    await writeFile(join(root, 'secret'), 'of the machine');
    const [anna, ben] = ['anna', 'ben'].map((name) => folderStore(join(root, name)));
    await anna!.put('a/b', utf8('of Anna'));
    await ben!.put('a/b', utf8('of Ben'));
    served = await startTestCloud(
      new Map([
        ['anna', anna!],
        ['ben', ben!],
      ]),
    );
  });

  afterEach(async () => {
    await served.close();
    await rm(root, { recursive: true });
  });

  test.each([
    '/cloud/../secret',
    '/cloud/%2e%2e/secret',
    '/cloud/%2E%2E%2Fsecret',
    '/cloud/..%2fsecret',
    '/cloud/..%5csecret',
    '/cloud/..\\secret',
    '/cloud/a/../../secret',
    '/cloud/a/%2e%2e/%2e%2e/secret',
    '/cloud/../ben/a/b',
    '/cloud/a/..;/b',
    '/cloud//etc/passwd',
    '/cloud/%2fetc%2fpasswd',
    '/cloud/a//b',
    '/cloud/a/./b',
    '/cloud/a/b/',
    '/cloud/a%00b',
    '/cloud/a/b%00',
    '/cloud/secret%0a',
    '/cloud/%252e%252e%252fsecret',
    '/cloud/%c0%ae%c0%ae/secret',
    '/cloud/%',
    '/cloud/',
    `/cloud/${'x'.repeat(201)}`,
  ])('are refused: %s', async (path) => {
    const headers = { 'content-type': 'application/octet-stream' };
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status, body } = await served.ask(
        method,
        path,
        method === 'PUT' ? { body: 'overwritten', headers } : {},
      );
      expect([400, 404]).toContain(status);
      expect(body).not.toContain('of ');
    }
    expect(await readFile(join(root, 'secret'), 'utf8')).toBe('of the machine');
    expect((await readdir(root, { recursive: true })).toSorted()).toEqual(
      ['anna', 'anna/a', 'anna/a/b', 'ben', 'ben/a', 'ben/a/b', 'secret'].toSorted(),
    );
  });

  test.each(['..', '../ben', '%2e%2e/', '/etc', 'a/../..', 'a%00', '..%5c'])(
    'list nothing: %s',
    async (prefix) => {
      expect(await served.ask('GET', `/cloud?prefix=${prefix}`)).toEqual({ status: 200, body: '' });
    },
  );

  test('and two prefixes at once are none', async () => {
    expect((await served.ask('GET', '/cloud?prefix=a&prefix=b')).status).toBe(400);
  });
});
