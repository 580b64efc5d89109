import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Given by vitest.config.ts: `long` in `npm run test:long`. */
    readonly campaign: 'short' | 'long';
  }
}

/** How many trials a campaign makes: `short` in the normal tests, `long` in `npm run test:long`. */
export function campaignSize(sizes: { readonly short: number; readonly long: number }): number {
  return sizes[inject('campaign')];
}
