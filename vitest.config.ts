import { playwright } from '@vitest/browser-playwright';
import { type TestProjectInlineConfiguration, defineConfig } from 'vitest/config';
import { askNode } from './tools/ask-node.ts';
import { servesBuiltEngine } from './tools/built-engine.ts';
import { chromiumPath } from './tools/chromium.ts';
import { SummaryReporter } from './tools/summary-reporter.ts';

// Pure packages name their tests *.test.ts; those that must hold in a browser too are run there as well.
const inBrowserToo = ['packages/{opaque,protocol}/src/**/*.test.ts', '**/*.browser.test.ts'];

// What takes minutes: `npm run test:long` runs these alone. Campaigns run in the normal tests too, in their short form.
const longOnly = '**/*.long.test.ts';
const campaigns = '**/*.campaign.test.ts';
const inNode = ['packages/*/{src,test}/**/*.test.ts', '{bench,faults,tools,demo,test}/**/*.test.ts'];
const installed = '**/node_modules/**';

type Project = TestProjectInlineConfiguration;

const node: Project = {
  extends: true,
  test: {
    name: 'node',
    environment: 'node',
    include: inNode,
    exclude: ['**/*.browser.test.ts', longOnly, installed],
    provide: { campaign: 'short' },
    globalSetup: ['tools/bundle-for-tests.ts'],
  },
};

const long: Project = {
  extends: true,
  test: {
    name: 'long',
    environment: 'node',
    include: [longOnly, campaigns],
    exclude: [installed],
    provide: { campaign: 'long' },
    globalSetup: ['tools/bundle-for-tests.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
  },
};

const browser: Project = {
  extends: true,
  plugins: [servesBuiltEngine()],
  // Found by the client's tests alone: bundled at the beginning, because a page that reloads in the middle fails its tests.
  optimizeDeps: {
    include: [
      '@connectrpc/connect',
      '@connectrpc/connect-web',
      '@zip.js/zip.js',
      'comlink',
      'idb',
      'libsodium-wrappers-sumo',
    ],
    // It finds its WASM beside its own source.
    exclude: ['@sqlite.org/sqlite-wasm'],
  },
  test: {
    name: 'browser',
    include: inBrowserToo,
    exclude: ['**/*.node.test.ts', longOnly, installed],
    provide: { campaign: 'short' },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      commands: { askNode },
      provider: playwright({
        launchOptions: {
          executablePath: chromiumPath,
          chromiumSandbox: false,
          args: [
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
          ],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
};

export default defineConfig(({ mode }) => ({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    reporters: ['default', new SummaryReporter()],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Much of the time a file waits for a clock or another process: four at a time on two cores.
    maxWorkers: 4,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/gen/**', '**/*.test.ts'],
      reporter: ['text', 'json-summary'],
    },
    // `--mode long`, rather than one more project: a plain `vitest run` runs every project there is.
    projects: mode === 'long' ? [long] : [node, browser],
  },
}));
