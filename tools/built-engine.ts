import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { basename, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Plugin } from 'vite';
import { buildWeb } from './build-web.ts';

// Says what the program of the app's worker is called: its parts ask for each other by their names.
const engineAddress = '/assets/engine';

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

/**
 * Serves the built app's files to the browser tests, so that they run what people run, in one file instead of hundreds
 * of modules, which every worker would ask for anew.
 */
export function servesBuiltEngine(): Plugin {
  return {
    name: 'built-engine',
    configureServer({ middlewares }) {
      let assets: Promise<string> | undefined;
      middlewares.use('/assets', (request, response) => {
        assets ??= buildWeb().then((folder) => join(folder, 'assets'));
        void serve(assets, request.url ?? '', response);
      });
    },
  };
}

async function serve(built: Promise<string>, url: string, response: ServerResponse): Promise<void> {
  try {
    const assets = await built;
    const path = `/assets${new URL(url, 'http://localhost').pathname}`;
    if (path === engineAddress) response.end(`/assets/${await engineIn(assets)}`);
    else await sendFile(join(assets, basename(path)), response);
  } catch (error) {
    response.statusCode = 404;
    response.end(String(error));
  }
}

async function sendFile(file: string, response: ServerResponse): Promise<void> {
  response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
  await pipeline(createReadStream(file), response);
}

async function engineIn(assets: string): Promise<string> {
  const name = (await readdir(assets)).find((file) => /^engine-worker-[^.]+\.js$/.test(file));
  if (name === undefined) throw new Error('the built app has no engine');
  return name;
}
