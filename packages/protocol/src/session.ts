import { encode, type Bytes } from '@strongroom/core';

/** The bytes that a device key signs to get a session for a challenge of the front door. */
export function sessionSigned(deviceId: Uint8Array, challenge: Uint8Array): Bytes {
  return encode('strongroom session v1', deviceId, challenge);
}
