import type { MessageInitShape } from '@bufbuild/protobuf';
import { toHex } from '@strongroom/core';
import type { DeviceSchema } from '@strongroom/wire/front-door';
import type { Caller } from '../sessions.ts';
import type { SignedInDevice } from './devices.ts';

/** A device as the one that asks is told of it. */
export function deviceToWire(
  { deviceId, name, signedInAt, lastSeenDay }: SignedInDevice,
  asking: Caller,
): MessageInitShape<typeof DeviceSchema> {
  return {
    deviceId,
    name,
    signedInAt: BigInt(signedInAt),
    lastSeenDay: BigInt(lastSeenDay),
    isAsking: toHex(deviceId) === toHex(asking.deviceId),
  };
}
