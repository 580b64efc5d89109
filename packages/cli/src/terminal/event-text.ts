import type { EventDevice, SecurityEvent, SecurityEventKind } from '@strongroom/client';
import { momentText } from './words.ts';

const sentences: Record<SecurityEventKind, (event: SecurityEvent) => string> = {
  'wrong-password': (event) => `A wrong password was tried ${on(event.by)}${inARow(event)}.`,
  locked: (event) =>
    `The last wrong password was tried ${on(event.by)}: this password can no longer open the backup.`,
  'backup-opened': ({ by }) =>
    `Your backup password was typed right ${on(by)}: your backup can be read there.`,
  'password-set': ({ by }) => `A backup password was set ${on(by)}.`,
  'password-changed': ({ by }) => `The backup password was changed ${on(by)}.`,
  'replacement-asked': ({ by }) =>
    `Somebody asked to replace your backup key ${on(by)}. If that wasn’t you: \`strongroom cancel-replacement\`.`,
  'replacement-cancelled': ({ by }) => `The request to replace your backup key was cancelled ${on(by)}.`,
  'replacement-done': ({ by }) =>
    `Your backup key was replaced ${on(by)}: the old password opens nothing any more.`,
  erased: ({ by }) => `The backup password was erased ${on(by)}: it opens nothing any more.`,
  'device-signed-in': ({ by }) => `${subject(by)} signed in.`,
  'device-signed-out': ({ by }) => `${subject(by)} signed out.`,
  'device-removed': ({ by, removed }) => `${subject(removed)} was signed out ${on(by)}.`,
  unknown: () => 'Something happened that a newer version has words for.',
};

/** An event as people read it, on one line. */
export function eventText(event: SecurityEvent): string {
  return `${momentText(event.at)}  ${sentences[event.kind](event)}`;
}

/** Whether somebody had better look at it. */
export function isWorrying({ kind, by }: SecurityEvent): boolean {
  const own: readonly SecurityEventKind[] = ['replacement-cancelled', 'device-signed-out'];
  return by?.isThis !== true && !own.includes(kind);
}

function inARow({ wrongInARow }: SecurityEvent): string {
  return wrongInARow > 1 ? ` (${wrongInARow} in a row)` : '';
}

function on(device: EventDevice | null): string {
  if (device === null) return 'on an unknown device';
  return device.isThis ? 'on this device' : `on ${named(device)}`;
}

function subject(device: EventDevice | null): string {
  if (device === null) return 'A device';
  return device.isThis ? 'This device' : capital(named(device));
}

// A removed device has no name any more in what follows.
function named({ name, id }: EventDevice): string {
  return name === '' ? `a device that is signed out (${id.slice(0, 8)})` : `“${name}” (${id.slice(0, 8)})`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
