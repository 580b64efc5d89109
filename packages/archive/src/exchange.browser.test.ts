import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import {
  type Findings,
  type Parcel,
  type Request,
  continued,
  expectedLines,
  read,
  write,
} from '../test/exchange.ts';
import { browserEngine } from './browser/browser-engine.ts';
import { codecIds } from './codec/codec.ts';

declare module 'vitest/internal/browser' {
  interface BrowserCommands {
    askNode(program: string, request: unknown): Promise<unknown>;
  }
}

// Milliseconds: most of it is for processes that start.
const patience = 120_000;

const engine = browserEngine({ threads: 2 });
const { zstd, deflateRaw } = codecIds;

let byBrowser: Parcel;
let byNode: Parcel;

beforeAll(async () => {
  byBrowser = await write(engine);
  byNode = (await inNode({ do: 'write' })) as Parcel;
}, patience);

afterAll(() => engine.close());

/** Has Node do the same. */
function inNode(request: Request): Promise<unknown> {
  return commands.askNode('packages/archive/test/exchange-in-node.ts', request);
}

/** What has to be found of days of which the key was changed after the second, which is published once more. */
async function expected(days: readonly number[], codecs: readonly number[]): Promise<Findings> {
  const snapshots = await expectedLines(days);
  return { snapshots, patched: days.map((day) => day > 0), keys: 2, codecs, problems: [] };
}

const threeDays = [0, 1, 1, 2];
const fourDays = [...threeDays, 3];

describe('an archive that was written in a browser', { timeout: patience }, () => {
  test('is read in Node', async () => {
    expect(await inNode({ do: 'read', parcel: byBrowser })).toEqual(await expected(threeDays, [deflateRaw]));
  });

  test('is read in a browser', async () => {
    expect(await read(engine, byBrowser)).toEqual(await expected(threeDays, [deflateRaw]));
  });

  test('and goes on in Node, is read in both', async () => {
    const parcel = (await inNode({ do: 'continue', parcel: byBrowser })) as Parcel;
    const all = await expected(fourDays, [zstd, deflateRaw]);
    expect(await read(engine, parcel)).toEqual(all);
    expect(await inNode({ do: 'read', parcel })).toEqual(all);
  });
});

describe('an archive that was written in Node', { timeout: patience }, () => {
  test('is read in a browser', async () => {
    expect(await read(engine, byNode)).toEqual(await expected(threeDays, [zstd]));
  });

  test('and goes on in a browser, is read in both', async () => {
    const parcel = await continued(engine, byNode);
    const all = await expected(fourDays, [zstd, deflateRaw]);
    expect(await read(engine, parcel)).toEqual(all);
    expect(await inNode({ do: 'read', parcel })).toEqual(all);
  });

  test('is noticed in a browser to have been changed', async () => {
    const objects = Object.entries(byNode.objects).map(([name, digits]): [string, string] => {
      const at = 2 * 40_000;
      const flipped = digits[at] === '0' ? '1' : '0';
      return [name, name.includes('/packs/') ? digits.slice(0, at) + flipped + digits.slice(at + 1) : digits];
    });
    const found = await read(engine, { ...byNode, objects: Object.fromEntries(objects) }).catch(
      (error: unknown) => error,
    );
    expect(found).toMatchObject({ code: 'archive-damaged' });
  });
});
