import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { appHeaders, cacheControlOf } from './web-headers.ts';

/** What builds the app, for who has none. */
export const howToBuild = 'npm run build:web';

/** Where the built app is, when there is one. */
export function findApp(): string | undefined {
  try {
    const folder = join(
      dirname(createRequire(import.meta.url).resolve('@strongroom/web/package.json')),
      'dist',
    );
    return isBuilt(folder) ? folder : undefined;
  } catch {
    // The command was installed without the app.
    return undefined;
  }
}

function isBuilt(folder: string): boolean {
  return existsSync(join(folder, 'index.html'));
}

/**
 * Serves the app beside the service: its files, and its one page at the address of every screen. Without a folder, a
 * page that says how it is built.
 */
export function mountApp(folder: string | undefined): (app: FastifyInstance) => void {
  return (app) => {
    if (folder !== undefined) void app.register(async (scope) => serveFiles(scope, folder));
    app.setNotFoundHandler((request, reply) => {
      if (!isPage(request)) return reply.code(404).send();
      withHeaders(reply, '/index.html');
      return folder === undefined
        ? reply.type('text/html').send(missingPage)
        : reply.sendFile('index.html', folder);
    });
  };
}

async function serveFiles(app: FastifyInstance, folder: string): Promise<void> {
  // Here alone: a server without the app needs none of it.
  const { fastifyStatic } = await import('@fastify/static');
  await app.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    // The headers below say it, file by file.
    cacheControl: false,
    dotfiles: 'deny',
    redirect: false,
    setHeaders: (reply, path) => {
      withHeaders(reply, path.slice(folder.length).replaceAll('\\', '/'));
    },
  });
}

function withHeaders(reply: FastifyReply, path: string): void {
  for (const [name, value] of Object.entries(appHeaders)) void reply.header(name, value);
  void reply.header('cache-control', cacheControlOf(path));
}

/** Whether somebody goes to a screen, rather than asks for a file or calls the service. */
function isPage({ method, url, headers }: FastifyRequest): boolean {
  const path = url.split('?')[0] ?? '';
  const isOther = /^\/(api|cloud|assets|icons)(\/|$)/.test(path) || path.includes('.');
  return (
    (method === 'GET' || method === 'HEAD') && !isOther && headers.accept?.includes('text/html') === true
  );
}

const missingPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Strongroom</title>
<h1>Strongroom is running</h1>
<p>Its web app is not built yet. In the repository, run <code>${howToBuild}</code>, then load this page again.</p>
</html>
`;
