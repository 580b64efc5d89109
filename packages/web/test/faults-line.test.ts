import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Device } from './harness.ts';
import { button, countsOf, open, turnOn } from './person.ts';
import {
  another,
  backUpSlowly,
  everything,
  lastBackup,
  newcomer,
  password,
  patience,
  wholeBackup,
  type Owned,
} from './shaky-person.ts';
import { setShakyStage, type ShakyStage } from './shaky-stage.ts';

// Nothing is lost, whatever happens in the middle: the server is killed, the line cut.

vi.setConfig({ testTimeout: 240_000 });

// How long something is held until it fails or goes on, milliseconds: the fault comes at once.
const late = 1500;

let stage: ShakyStage;

beforeAll(async () => {
  stage = await setShakyStage({ guessLimit: 3, waits: [1] });
}, 300_000);

afterEach(() => stage?.calm());

afterAll(async () => stage?.close());

/** What goes wrong, and how it comes right again. */
interface Fault {
  readonly name: string;
  readonly begin: (device: Device) => Promise<void>;
  readonly end: (device: Device) => Promise<void>;
  /** What is said of a backup meanwhile. */
  readonly says: string;
}

const faults: readonly Fault[] = [
  {
    name: 'the server is killed, and comes back',
    begin: () => stage.crash(),
    end: () => stage.revive(),
    says: 'The server does not answer. It is asked again by itself.',
  },
  {
    name: 'the network is gone, and comes back',
    // What a worker asks for is not cut off by the first alone.
    begin: async ({ context }) => {
      await context.setOffline(true);
      stage.line.cut = true;
    },
    end: async ({ context }) => {
      stage.line.cut = false;
      await context.setOffline(false);
    },
    says: 'There is no connection. It goes on by itself when it is back.',
  },
];

/** In the middle of turning on: it says so, and one tap goes on. */
async function turnOnDespite(device: Device, { begin, end }: Fault): Promise<void> {
  const { page } = device;
  stage.line.late = late;
  await turnOn(page, password);
  await stage.held();
  await begin(device);
  stage.hurry();
  await page
    .getByRole('alert')
    .getByText(/cannot be reached/)
    .waitFor();
  expect(await page.getByLabel('New password', { exact: true }).inputValue()).toBe(password);
  await end(device);
  await button(page, 'Turn on').click();
  await page.getByRole('heading', { name: 'It is on' }).waitFor();
  await lastBackup(device);
}

/** In the middle of a backup: it says so, and goes on by itself. */
async function backUpDespite(device: Device, { begin, end, says }: Fault): Promise<void> {
  await backUpSlowly(stage, device, 'Written before the fault.', late);
  await begin(device);
  stage.hurry();
  await device.page.getByText(says).waitFor();
  await end(device);
  await wholeBackup(device);
}

/** In the middle of a restore: it says so, and goes on by itself; all that was backed up is back. */
async function restoreDespite(device: Owned, { begin, end }: Fault): Promise<void> {
  const { page } = device;
  stage.line.lateReads = late;
  await open(page, password);
  await page
    .getByText('Your messages come first')
    .or(page.getByText(/messages are here/))
    .first()
    .waitFor();
  await stage.held();
  await begin(device);
  stage.hurry();
  await page.getByText('Waiting for the connection. It goes on by itself.').waitFor();
  await end(device);
  await page.getByText('Everything is back').waitFor();
}

// One story each: what was turned on despite the fault is what is backed up to, and restored from.
describe.each(faults)('$name', (fault) => {
  test('in the middle of turning on, then of a backup, then of a restore: it says so, goes on, and nothing is lost', async () => {
    const device = await newcomer(stage);
    await turnOnDespite(device, fault);
    expect(await countsOf(device)).toEqual(everything);
    await backUpDespite(device, fault);
    await expect.poll(() => countsOf(device), patience).toEqual(['2,001', '40']);
    await device.context.close();
    const other = await another(stage, device.phone);
    await restoreDespite(other, fault);
    await expect.poll(() => countsOf(other), patience).toEqual(['2,001', '40']);
    await other.context.close();
  });
});
