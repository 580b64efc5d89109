import type { MessageInitShape } from '@bufbuild/protobuf';
import type { SecurityEventSchema } from '@strongroom/wire/front-door';
import type { SecurityEvent } from './security-events.ts';

/** An event as devices are told of it. */
export function eventToWire(event: SecurityEvent): MessageInitShape<typeof SecurityEventSchema> {
  const { number, kind, at, by, removed, wrongInARow = 0 } = event;
  return {
    number: BigInt(number),
    kind,
    at: BigInt(at),
    wrongInARow,
    ...(by && { deviceId: by.deviceId, deviceName: by.name }),
    ...(removed && { removedDeviceId: removed.deviceId, removedDeviceName: removed.name }),
  };
}
