/** What a page of the app may do: run its own scripts, speak to the server it came from, and nothing else. */
const policy: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  // libsodium and SQLite are WebAssembly.
  'script-src': "'self' 'wasm-unsafe-eval'",
  'style-src': "'self'",
  'img-src': "'self' blob: data:",
  'media-src': "'self' blob:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'worker-src': "'self'",
  'manifest-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': 'strongroom',
};

const forbidden = [
  'accelerometer',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
];

/** What every answer with a file of the app carries. */
export const appHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': Object.entries(policy)
    .map((directive) => directive.join(' '))
    .join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // The camera reads a 64-digit key from its QR code, when the person asks for that.
  'permissions-policy': ['camera=(self)', ...forbidden.map((feature) => `${feature}=()`)].join(', '),
};

/** How long a file may be kept: for ever where its name changes with its contents; else it is asked for anew. */
export function cacheControlOf(path: string): string {
  return path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}
