/**
 * Whether passkeys that give a secret (WebAuthn's PRF extension) may work here. What cannot be known beforehand counts
 * as "may": the authenticator has the last word.
 */
export async function passkeysMayWork(): Promise<boolean> {
  if (!('credentials' in navigator) || typeof PublicKeyCredential === 'undefined') return false;
  if (isAddressByNumber(location.hostname)) return false;
  const { 'extension:prf': prf } = await capabilities();
  return prf !== false;
}

/** Whether this device can ask for its own lock: a fingerprint, a face, a PIN. */
export async function hasDeviceLock(): Promise<boolean> {
  if (!('credentials' in navigator) || typeof PublicKeyCredential === 'undefined') return false;
  if (isAddressByNumber(location.hostname)) return false;
  return PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
}

/** Whether a host is an IP address: passkeys belong to names alone (WebAuthn level 3, section 5.1.3, step 8). */
export function isAddressByNumber(host: string): boolean {
  return host.includes(':') || /^\d+(\.\d+){3}$/.test(host);
}

async function capabilities(): Promise<Readonly<Record<string, boolean | undefined>>> {
  if (!('getClientCapabilities' in PublicKeyCredential)) return {};
  return PublicKeyCredential.getClientCapabilities();
}
