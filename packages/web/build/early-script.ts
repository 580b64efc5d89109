import type { Plugin } from 'vite';

/** The name of the file that starts the engine's worker. */
export const earlyChunk = 'early';

/** Has the page run that file as soon as it is there, before it has read in the rest. */
export function earlyScript(): Plugin {
  return {
    name: 'early-script',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle = {} }) =>
        Object.values(bundle)
          .filter((file) => file.type === 'chunk' && file.name === earlyChunk)
          .map(({ fileName }) => ({
            tag: 'script',
            attrs: { type: 'module', async: true, crossorigin: true, src: `/${fileName}` },
            injectTo: 'head-prepend' as const,
          })),
    },
  };
}
