import { existsSync } from 'node:fs';

// Without windows a page takes half the processor's time; the whole browser does as well.
const places = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** The Chromium that tests and benchmarks run in: the one that `CHROMIUM` names, or Debian's. */
export const chromiumPath: string = process.env['CHROMIUM'] ?? places.find(existsSync) ?? places[0]!;
