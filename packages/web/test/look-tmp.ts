import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { createServer } from 'vite';
import { startServer } from '../../../tools/run-strongroom.ts';
import { backUpFromNode } from './backup-from-node.ts';

const folder = await mkdtemp(join(tmpdir(), 'sr-look-'));
await writeFile(join(folder, 'policy.json'), JSON.stringify({ guessLimit: 10, waits: [5, 1700, 1700] }));
const server = await startServer({ data: join(folder, 'data'), log: join(folder, 'log'), args: ['--policy', join(folder, 'policy.json')] });
process.env['STRONGROOM_SERVER'] = server.url;
const vite = await createServer({
  configFile: join(import.meta.dirname, '../vite.config.ts'),
  cacheDir: '/tmp/h/look/vite',
  server: { port: 0, host: '127.0.0.1', watch: null, hmr: false, ws: false, proxy: { '/cloud': server.url, '^/strongroom\\.': server.url } },
  logLevel: 'error',
});
await vite.listen();
const a = vite.httpServer?.address() as { port: number };
const t = Date.now();
const d = await backUpFromNode(server, { phone: '+491701234567', password: 'mint garage 14', withKey: true, messages: 3000, media: 60 });
const e = await backUpFromNode(server, { phone: '+491707654321', password: 'mint garage 14', messages: 800, media: 10 });
console.log(Date.now() - t, d.messages, d.media);
await writeFile('/tmp/h/look/world.json', JSON.stringify({ url: `http://127.0.0.1:${a.port}`, real: server.url, data: server.data, folder, key: d.key }));
console.log('ready');
setTimeout(() => process.exit(), 25 * 60_000);
process.on('exit', () => server.process.kill());
