import { StrongroomError, toHex } from '@strongroom/core';
import { SecurityEventKind as WireKind, type SecurityEvent as WireEvent } from '@strongroom/wire/front-door';
import type { Device } from './device.ts';

const kinds = {
  [WireKind.UNSPECIFIED]: 'unknown',
  [WireKind.WRONG_PASSWORD]: 'wrong-password',
  [WireKind.BACKUP_OPENED]: 'backup-opened',
  [WireKind.LOCKED]: 'locked',
  [WireKind.PASSWORD_SET]: 'password-set',
  [WireKind.PASSWORD_CHANGED]: 'password-changed',
  [WireKind.REPLACEMENT_ASKED]: 'replacement-asked',
  [WireKind.REPLACEMENT_CANCELLED]: 'replacement-cancelled',
  [WireKind.REPLACEMENT_DONE]: 'replacement-done',
  [WireKind.ERASED]: 'erased',
  [WireKind.DEVICE_SIGNED_IN]: 'device-signed-in',
  [WireKind.DEVICE_REMOVED]: 'device-removed',
  [WireKind.DEVICE_SIGNED_OUT]: 'device-signed-out',
} as const;

/** What happened; `unknown`: something that a later version knows. */
export type SecurityEventKind = (typeof kinds)[WireKind];

/** A device as an event names it; its name is what it called itself. */
export interface EventDevice {
  /** 16 bytes, lower-case hex. */
  readonly id: string;
  readonly name: string;
  readonly isThis: boolean;
}

/**
 * Something that happened to the account, as the front door tells it. It warns; it proves nothing: how many tries are
 * left, and whether somebody asks to replace the key, the vaults say (`status`).
 */
export interface SecurityEvent {
  /** 1, 2, 3 and so on, of this account. */
  readonly number: number;
  readonly kind: SecurityEventKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who did it; `null`: not known. */
  readonly by: EventDevice | null;
  /** The device that was signed out. */
  readonly removed: EventDevice | null;
  /** Of `wrong-password` and `locked`: how many in a row. */
  readonly wrongInARow: number;
}

/** Events of the last 30 days. */
export interface EventList {
  /** The oldest first. */
  readonly events: readonly SecurityEvent[];
  /** The number of the last one that this device has acknowledged. */
  readonly acknowledged: number;
}

// A front door keeps 1000 events and sends 100 at once.
const mostPages = 20;

/**
 * What happened to this account within the last 30 days.
 * @param after the number before the first one to list; 0: all
 * @throws StrongroomError `signed-out`, `offline`
 */
export async function listEvents(
  device: Device,
  { after = 0, signal }: { readonly after?: number; readonly signal?: AbortSignal } = {},
): Promise<EventList> {
  const events: SecurityEvent[] = [];
  for (let page = 1; ; page++) {
    const last = events.at(-1)?.number ?? after;
    const found = await device.asSignedIn((frontDoor, token) => frontDoor.listEvents(token, last, signal));
    events.push(...found.events.map((event) => eventFromWire(event, device)));
    if (page === mostPages || !found.hasMore || found.events.length === 0)
      return { events, acknowledged: Number(found.acknowledged) };
  }
}

/** This device has shown events up to a number: `watchEvents` leaves them out from now on. */
export async function acknowledgeEvents(device: Device, number: number, signal?: AbortSignal): Promise<void> {
  await device.asSignedIn((frontDoor, token) => frontDoor.acknowledgeEvents(token, number, signal));
}

/** An event as it came. @throws StrongroomError `malformed` */
export function eventFromWire(event: WireEvent, device: Device): SecurityEvent {
  const number = Number(event.number);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new StrongroomError('malformed', { what: 'the number of an event' });
  return {
    number,
    // Its type says otherwise, but a later version sends what this one has no name for.
    kind: (kinds as Partial<Record<number, SecurityEventKind>>)[event.kind] ?? 'unknown',
    at: Number(event.at),
    by: named(event.deviceId, event.deviceName, device),
    removed: named(event.removedDeviceId, event.removedDeviceName, device),
    wrongInARow: event.wrongInARow,
  };
}

function named(id: Uint8Array, name: string, { state }: Device): EventDevice | null {
  if (id.length === 0) return null;
  return { id: toHex(id), name: name.slice(0, 100), isThis: toHex(id) === state.account?.deviceId };
}
