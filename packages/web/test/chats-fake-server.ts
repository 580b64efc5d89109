import { fileURLToPath } from 'node:url';
import { createServer, type ViteDevServer } from 'vite';

const real = fileURLToPath(new URL('../src/engine/page.ts', import.meta.url));
const fake = fileURLToPath(new URL('chats-fake.ts', import.meta.url));

/** The app over the fake engine, to look at screens: `globalThis.fake` sets its state. @returns its address too */
export async function startFake(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server: ViteDevServer = await createServer({
    configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
    server: { port: 0, host: '127.0.0.1', watch: null, hmr: false, ws: false },
    logLevel: 'error',
    plugins: [
      {
        name: 'fake-engine',
        enforce: 'pre',
        load: (id) => (id.split('?')[0] === real ? `export * from ${JSON.stringify(fake)};` : undefined),
      },
    ],
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (address === null || address === undefined || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}
