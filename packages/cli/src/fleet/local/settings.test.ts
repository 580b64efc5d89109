import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalFleet } from './local-fleet.ts';
import { Layout } from './layout.ts';
import { readSettings } from './settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-fleet-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const refusal = (text: string) =>
  expect.objectContaining({ code: 'wrong-usage', message: expect.stringContaining(text) });

describe('the folder of a fleet', () => {
  it('is prepared when it is empty, and remembers what the fleet is made of', async () => {
    expect(readSettings(new Layout(folder))).toBeUndefined();
    const fleet = await LocalFleet.open({ folder, sites: 3, port: 24_500 });
    expect(readSettings(new Layout(folder))).toEqual(fleet.settings);
    expect(fleet.sites).toEqual(['a', 'b', 'c']);
    expect(fleet.doors.map(({ url }) => url)).toEqual(['http://127.0.0.1:24500', 'http://127.0.0.1:24501']);
    const { sites, doors } = fleet.settings;
    const ports = [
      ...sites.flatMap(({ peers, clients, vault, admin }) => [peers, clients, vault, admin]),
      ...doors.flatMap(({ listen, admin }) => [listen, admin]),
    ];
    expect(new Set(ports).size).toBe(16);
    expect(fleet.runs).toBe(false);
  });

  it('is not taken over when it holds something else, or nothing', async () => {
    expect(() => LocalFleet.existing(folder)).toThrow(refusal('no fleet'));
    writeFileSync(join(folder, 'letter.txt'), 'dear');
    await expect(LocalFleet.open({ folder })).rejects.toEqual(refusal('something else'));
    writeFileSync(join(folder, 'fleet.json'), '{"version": 2}');
    await expect(LocalFleet.open({ folder })).rejects.toEqual(refusal('version'));
  });

  it('names its sites to who asks for another', async () => {
    const fleet = await LocalFleet.open({ folder, sites: 2 });
    await expect(fleet.kill('z')).rejects.toEqual(refusal('Its sites: a, b.'));
    await expect(LocalFleet.open({ folder: join(folder, 'more'), sites: 10 })).rejects.toEqual(
      refusal('1 to 9'),
    );
  });
});
