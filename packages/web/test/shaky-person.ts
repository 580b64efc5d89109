import type { Device } from './harness.ts';
import { button, link, startWithSamples, turnOn, write } from './person.ts';
import type { ShakyStage } from './shaky-stage.ts';

// What people do on a shaky stage, and what they find there afterwards.

export const password = 'nine quiet foxes';

/** Messages, and photos and files, of whoever has just started with sample chats. */
export const everything = ['2,000', '40'];

/** So long may something take that has to be begun again in between, milliseconds. */
export const patience = { timeout: 90_000 };

let numbers = 0;

/** A device of somebody. */
export interface Owned extends Device {
  readonly phone: string;
}

/** A device of somebody new, with sample chats, signed in, about to turn the backup on. */
export async function newcomer(stage: ShakyStage): Promise<Owned> {
  const phone = `+4915222${String(100_000 + numbers++)}`;
  const device = await patientDevice(stage);
  await startWithSamples(device);
  await device.signIn(phone, '/settings/backup/turn-on');
  return { ...device, phone };
}

/** The same, with the first backup made. */
export async function backedUp(stage: ShakyStage): Promise<Owned> {
  const device = await newcomer(stage);
  await turnOn(device.page, password);
  await lastBackup(device);
  await link(device.page, 'Done').click();
  await button(device.page, 'Back up now').waitFor();
  return device;
}

/** A new device of a number, at the screen that asks for the password. */
export async function another(stage: ShakyStage, phone: string): Promise<Owned> {
  const device = await patientDevice(stage);
  await device.signIn(phone, '/restore');
  await device.page.getByLabel('Backup password', { exact: true }).waitFor();
  return { ...device, phone };
}

async function patientDevice(stage: ShakyStage): Promise<Device> {
  const device = await stage.device();
  device.page.setDefaultTimeout(patience.timeout);
  return device;
}

/** A further page of a device, at a screen. */
export async function openTab({ tab }: Pick<Device, 'tab'>, path: string): Promise<Device['page']> {
  const page = await tab();
  page.setDefaultTimeout(patience.timeout);
  await page.goto(path);
  return page;
}

/**
 * Writes a message, and begins to back it up over a slow line: when it returns, the upload is in the middle.
 * @param late so long an upload is held, milliseconds: long enough for what is to happen meanwhile
 */
export async function backUpSlowly(
  stage: ShakyStage,
  { page, visit }: Pick<Device, 'page' | 'visit'>,
  text: string,
  late: number,
): Promise<void> {
  await write(page, text);
  await visit('/settings/backup');
  stage.line.late = late;
  await button(page, 'Back up now').click();
  await stage.held();
}

/** Does what begins a backup, and waits until that was made: one from before does not count. */
export async function untilBackedUp(
  stage: ShakyStage,
  { page, visit }: Pick<Device, 'page' | 'visit'>,
  begin: () => Promise<void>,
): Promise<void> {
  stage.line.late = 300;
  await begin();
  await stage.held();
  stage.hurry();
  await visit('/settings/backup');
  await lastBackup({ page });
}

/** Waits until a backup was made, and none is under way. */
export function lastBackup({ page }: Pick<Device, 'page'>): Promise<void> {
  return page.getByRole('heading', { name: /^Last backup: today/ }).waitFor();
}

/** Waits until a device says that it holds nothing that the backup does not. */
export async function wholeBackup(device: Pick<Device, 'page'>): Promise<void> {
  await lastBackup(device);
  await device.page.getByText('Everything on this device is in it.').waitFor();
}
