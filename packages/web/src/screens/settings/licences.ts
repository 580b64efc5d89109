/** A work of others that is a part of this app. */
export interface Licence {
  readonly name: string;
  /** As SPDX names it. */
  readonly licence: string;
}

/** Every package that is built into this app, by name. */
export const licences: readonly Licence[] = [
  { name: '@base-ui/react', licence: 'MIT' },
  { name: '@bufbuild/protobuf', licence: '(Apache-2.0 AND BSD-3-Clause)' },
  { name: '@connectrpc/connect', licence: 'Apache-2.0' },
  { name: '@connectrpc/connect-web', licence: 'Apache-2.0' },
  { name: '@fontsource-variable/inter', licence: 'OFL-1.1' },
  { name: '@fontsource/ibm-plex-mono', licence: 'OFL-1.1' },
  { name: '@hpke/core', licence: 'MIT' },
  { name: '@hpke/hybridkem-x-wing', licence: 'MIT' },
  { name: '@noble/hashes', licence: 'MIT' },
  { name: '@sqlite.org/sqlite-wasm', licence: 'Apache-2.0' },
  { name: '@tanstack/react-virtual', licence: 'MIT' },
  { name: '@zip.js/zip.js', licence: 'BSD-3-Clause' },
  { name: 'comlink', licence: 'Apache-2.0' },
  { name: 'fzstd', licence: 'MIT' },
  { name: 'idb', licence: 'ISC' },
  { name: 'libsodium-wrappers-sumo', licence: 'ISC' },
  { name: 'lucide-react', licence: 'ISC' },
  { name: 'qr', licence: '(MIT OR Apache-2.0)' },
  { name: 'react', licence: 'MIT' },
  { name: 'react-dom', licence: 'MIT' },
  { name: 'ulid', licence: 'MIT' },
  { name: 'workbox-precaching', licence: 'MIT' },
  { name: 'wouter', licence: 'Unlicense' },
];
