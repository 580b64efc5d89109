import { X509Certificate } from 'node:crypto';

const oneCertificate = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * When the first certificate of a PEM text runs out, milliseconds since 1970; `undefined` when there is none in it
 * that can be read.
 */
export function expiryOf(pem: string): number | undefined {
  const times = (pem.match(oneCertificate) ?? []).map((one) => validTo(one));
  const known = times.filter((time) => !Number.isNaN(time));
  return known.length === 0 ? undefined : Math.min(...known);
}

/** The same for several texts by name; without those that hold no certificate. */
export function expiriesOf(texts: {
  readonly [name: string]: string | undefined;
}): ReadonlyMap<string, number> {
  const entries = Object.entries(texts).map(([name, pem]) => [name, expiryOf(pem ?? '')] as const);
  return new Map(entries.filter((entry): entry is readonly [string, number] => entry[1] !== undefined));
}

function validTo(pem: string): number {
  try {
    return new X509Certificate(pem).validToDate.getTime();
  } catch {
    return Number.NaN;
  }
}
