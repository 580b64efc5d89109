import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { chunkGroups } from './build/chunks.ts';
import { compressed } from './build/compressed.ts';
import { earlyScript } from './build/early-script.ts';
import { firstLoadLimit } from './build/first-load.ts';
import { fontPreload } from './build/font-preload.ts';
import { serviceWorker } from './build/service-worker.ts';

// While one develops: a running `strongroom up` that answers what the page itself does not.
const server = process.env['STRONGROOM_SERVER'] ?? 'http://127.0.0.1:7420';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    react(),
    fontPreload(),
    earlyScript(),
    firstLoadLimit({ bytes: 200_000, files: 8 }),
    serviceWorker(),
    compressed(),
  ],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  worker: {
    format: 'es',
    rolldownOptions: {
      output: {
        entryFileNames: ({ name }) => `assets/${name === 'worker' ? 'engine-worker' : name}-[hash].js`,
      },
    },
  },
  build: {
    target: 'baseline-widely-available',
    sourcemap: true,
    // The policy of the page lets in files of ours, not data in place of them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One sheet for all: it is small, and no screen waits for its own.
    cssCodeSplit: false,
    rolldownOptions: { output: { codeSplitting: { groups: chunkGroups } } },
  },
  server: { proxy: { '/cloud': server, '^/strongroom\\.': server } },
});
