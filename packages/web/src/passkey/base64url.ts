import type { Bytes } from '@strongroom/core';

/** Bytes as WebAuthn names credentials: base64 for addresses, without padding (RFC 4648, section 5). */
export function toBase64url(bytes: Bytes): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The bytes of such a name. @throws DOMException when it is none */
export function fromBase64url(text: string): Bytes {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
