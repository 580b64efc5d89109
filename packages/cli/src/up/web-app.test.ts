import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mountApp } from './web-app.ts';

const html = { accept: 'text/html,application/xhtml+xml' };
let root: string;
let app: FastifyInstance;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'strongroom-app-'));
  const dist = join(root, 'dist');
  mkdirSync(join(dist, 'assets'), { recursive: true });
  writeFileSync(join(root, 'secret'), 'of the machine');
  writeFileSync(join(dist, '.hidden'), 'hidden');
  writeFileSync(join(dist, 'index.html'), 'the page');
  writeFileSync(join(dist, 'sw.js'), 'the worker');
  writeFileSync(join(dist, 'assets', 'main-abc123.js'), 'the script');
  writeFileSync(join(dist, 'assets', 'main-abc123.js.br'), 'the script, small');
  app = fastify();
  mountApp(dist)(app);
  app.get('/cloud', () => 'the cloud');
  await app.ready();
});

afterAll(async () => {
  await app.close();
  rmSync(root, { recursive: true });
});

async function kept(url: string): Promise<unknown> {
  return (await app.inject({ url })).headers['cache-control'];
}

describe('the app', () => {
  test.each(['/', '/?from=icon', '/settings/backup', '/chat/5', '/import'])('is at %s', async (url) => {
    const { statusCode, body, headers } = await app.inject({ url, headers: html });
    expect([statusCode, body]).toEqual([200, 'the page']);
    expect(headers['content-type']).toContain('text/html');
    expect(headers['cache-control']).toBe('no-cache');
  });

  test.each(['/', '/settings', '/sw.js', '/assets/main-abc123.js'])(
    'keeps the browser strict at %s',
    async (url) => {
      const { headers } = await app.inject({ url, headers: html });
      expect(headers['content-security-policy']).toContain(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval';",
      );
      expect(headers['content-security-policy']).toContain("require-trusted-types-for 'script'");
      expect(headers['content-security-policy']).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/);
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      expect(headers['permissions-policy']).toContain('camera=(self), ');
      expect(headers['permissions-policy']).toContain('microphone=()');
    },
  );

  test('is kept for ever where a name changes with its contents, and nowhere else', async () => {
    expect(await kept('/assets/main-abc123.js')).toBe('public, max-age=31536000, immutable');
    expect(await kept('/sw.js')).toBe('no-cache');
    expect(await kept('/index.html')).toBe('no-cache');
  });

  test('comes compressed to who can open it', async () => {
    const { headers, body } = await app.inject({
      url: '/assets/main-abc123.js',
      headers: { 'accept-encoding': 'gzip, br' },
    });
    expect([headers['content-encoding'], body]).toEqual(['br', 'the script, small']);
    expect(headers['content-type']).toContain('javascript');
  });
});

describe('what is not the app', () => {
  test.each([
    ['GET', '/cloud/x'],
    ['GET', '/api'],
    ['GET', '/api/status'],
    ['GET', '/strongroom.v1.FrontDoorService/Unknown'],
    ['GET', '/assets/gone-abc123.js'],
    ['GET', '/missing.js'],
    ['GET', '/.hidden'],
    ['GET', '/..%2fsecret'],
    ['GET', '/assets/..%2f..%2f..%2fsecret'],
    ['GET', '/assets/%00'],
    ['POST', '/settings'],
    ['PUT', '/'],
    ['DELETE', '/chat/5'],
  ] as const)('%s %s is not answered with it', async (method, url) => {
    const { statusCode, body } = await app.inject({ method, url, headers: html });
    expect([400, 403, 404]).toContain(statusCode);
    expect(body).not.toMatch(/the page|of the machine|hidden/);
  });

  test.each(['/../secret', '/%2e%2e/secret', '/assets/../../secret'])(
    '%s stays in the folder',
    async (url) => {
      expect((await app.inject({ url, headers: html })).body).not.toContain('of the machine');
    },
  );

  test('a program that asks for a screen is told that there is none', async () => {
    expect((await app.inject({ url: '/settings', headers: { accept: 'application/json' } })).statusCode).toBe(
      404,
    );
  });

  test('other routes answer as before', async () => {
    expect((await app.inject({ url: '/cloud' })).body).toBe('the cloud');
  });
});

test('without a built app a page says how to build it', async () => {
  const bare = fastify();
  mountApp(undefined)(bare);
  const { statusCode, body } = await bare.inject({ url: '/settings', headers: html });
  expect(statusCode).toBe(200);
  expect(body).toContain('npm run build:web');
  await bare.close();
});
