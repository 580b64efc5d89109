import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isStrongroomError } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceState } from '../device-state.ts';
import { FileDeviceStore } from './file-device-store.ts';

const secret = 'c0ffee00'.repeat(8);
const state: DeviceState = {
  version: 1,
  backup: {
    archiveId: '00'.repeat(16),
    cloud: 'builtin:',
    key: secret,
    password: true,
    key64: 'kept',
    writerId: '11'.repeat(16),
    writerEpoch: 1,
  },
};

let root: string;
let folder: string;
let store: FileDeviceStore;
const file = (): string => join(folder, 'device.json');
const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'strongroom-profile-'));
  folder = join(root, 'a', 'profile');
  store = await FileDeviceStore.open(folder);
});

afterEach(async () => {
  store.close();
  await rm(root, { recursive: true, force: true });
});

describe('a profile', () => {
  test('remembers nothing at first, and then what was saved last', async () => {
    expect(await store.load()).toBeUndefined();
    await store.save(state);
    await store.save({ ...state, pending: { generation: '22'.repeat(16), directoryEpoch: 1 } });
    expect(await store.load()).toEqual({
      ...state,
      pending: { generation: '22'.repeat(16), directoryEpoch: 1 },
    });
    store.close();
    store = await FileDeviceStore.open(folder);
    expect(await store.load()).toMatchObject(state);
  });

  test('can be read by its owner alone, whatever the folder was before', async () => {
    store.close();
    await chmod(folder, 0o777);
    await writeFile(`${file()}.new`, 'left behind', { mode: 0o666 });
    await chmod(`${file()}.new`, 0o666);
    store = await FileDeviceStore.open(folder);
    await store.save(state);
    expect(await modeOf(folder)).toBe('700');
    expect(await modeOf(file())).toBe('600');
  });

  test('survives a crash in the middle of saving: what was saved before is there', async () => {
    await store.save(state);
    // Killed before the new file took the place of the old one.
    await writeFile(`${file()}.new`, JSON.stringify({ ...state, backup: undefined }).slice(0, 20));
    expect(await store.load()).toEqual(state);
    await store.save({ version: 1 });
    expect(await store.load()).toEqual({ version: 1 });
    expect(await readdir(folder)).not.toContain('device.json.new');
  });

  test('keeps what it has when it cannot be saved', async () => {
    await store.save(state);
    // A folder where the new file should go stands for a disk that refuses it.
    await mkdir(`${file()}.new`);
    await expect(store.save({ version: 1 })).rejects.toMatchObject({ code: 'not-permitted' });
    expect(await store.load()).toEqual(state);
  });
});

describe('another process', () => {
  test('is kept out while it is open, in this process and in others, and let in afterwards', async () => {
    await expect(FileDeviceStore.open(folder)).rejects.toMatchObject({ code: 'in-use' });
    expect(openElsewhere()).toBe('in-use');
    store.close();
    expect(openElsewhere()).toBe('opened');
    store = await FileDeviceStore.open(folder);
  }, 60_000);

  test('that was killed does not keep others out', async () => {
    store.close();
    expect(openElsewhere('kill')).toBe('killed');
    store = await FileDeviceStore.open(folder);
    expect(await store.load()).toBeUndefined();
  }, 60_000);
});

describe('a damaged profile', () => {
  test.each([
    ['cut short', (text: string) => text.slice(0, text.length - 40)],
    ['empty', () => ''],
    ['something else', () => 'hello'],
    ['no object', () => '"a text"'],
    ['a list', () => '[]'],
    ['null', () => 'null'],
  ])('is refused without repeating any of it: %s', async (_, damage) => {
    await store.save(state);
    await writeFile(file(), damage(await readFile(file(), 'utf8')));
    const error: unknown = await store.load().catch((reason: unknown) => reason);
    expect(isStrongroomError(error, 'profile-damaged') && error.message).toContain('is damaged');
    expect(`${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)}`).not.toContain(
      'c0ffee',
    );
  });

  test('of a newer version asks for an update', async () => {
    await writeFile(file(), JSON.stringify({ version: 2, everything: 'else' }));
    await expect(store.load()).rejects.toMatchObject({
      code: 'newer-version',
      details: { object: file(), version: 2 },
      action: { do: 'upgrade' },
    });
  });

  test.each([{}, { version: 'x' }, { version: 0 }, { version: 1.5 }])(
    'of no version is damaged: %j',
    async (other) => {
      await writeFile(file(), JSON.stringify(other));
      await expect(store.load()).rejects.toMatchObject({ code: 'profile-damaged' });
    },
  );
});

test('a profile where there can be no folder is not permitted', async () => {
  await writeFile(join(root, 'file'), '');
  await expect(FileDeviceStore.open(join(root, 'file', 'profile'))).rejects.toMatchObject({
    code: 'not-permitted',
  });
});

/** What comes of opening the profile in a process of its own. */
function openElsewhere(then: 'close' | 'kill' = 'close'): string {
  const module = pathToFileURL(join(import.meta.dirname, 'file-device-store.ts')).href;
  const program = `
    const { FileDeviceStore } = await import(${JSON.stringify(module)});
    try {
      const store = await FileDeviceStore.open(${JSON.stringify(folder)});
      ${then === 'kill' ? "process.kill(process.pid, 'SIGKILL');" : 'store.close();'}
      process.stdout.write('opened');
    } catch (error) {
      process.stdout.write(error.code);
    }`;
  const args = ['--conditions=source', '--input-type=module', '-e', program];
  const { stdout, signal } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return signal === 'SIGKILL' ? 'killed' : stdout;
}
