import { earlyChunk } from './early-script.ts';

/** A file of the page's code: the modules whose path fits, and what they need. */
export interface ChunkGroup {
  readonly name: string;
  readonly test: RegExp;
  /** Who may take a module that fits several: the highest. */
  readonly priority: number;
  /** Only what the page cannot begin without. */
  readonly tags?: '$initial'[];
}

/**
 * How the page's code is put together: what the first screen needs of others and of us, and what is opened later. Every
 * file costs headers and, with six connections, a place in a queue; most modules are smaller than that.
 */
export const chunkGroups: ChunkGroup[] = [
  {
    // Runs before all others: see `early-script.ts`.
    name: earlyChunk,
    test: /[\\/]src[\\/](?:engine[\\/](?:early-)?worker(?:-name)?|shell[\\/]trusted-script)/,
    priority: 5,
  },
  { name: 'libraries', test: /[\\/]node_modules[\\/]/, priority: 4, tags: ['$initial'] },
  {
    name: 'first',
    test: /[\\/]src[\\/](?:shell|engine[\\/]page|words[\\/](?!de)|screens[\\/]welcome[\\/]Welcome|design[\\/]\w+\.css$)|[\\/]lucide-react[\\/]/,
    priority: 3,
  },
  {
    name: 'chats',
    // The decoder of QR codes is large, and read in when somebody shows a picture.
    test: /[\\/]src[\\/](?:design|screens[\\/](?:chats|importing))[\\/]|[\\/]node_modules[\\/](?!qr[\\/])/,
    priority: 2,
  },
  {
    name: 'settings',
    test: /[\\/]src[\\/](?:passkey|screens[\\/](?:settings|backup|key|restore|welcome))[\\/]/,
    priority: 1,
  },
];
