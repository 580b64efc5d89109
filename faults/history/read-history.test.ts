import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Event } from './events.ts';
import { readHistory, writeHistory } from './read-history.ts';
import { Recorder } from './recorder.ts';

const folder = mkdtempSync(join(tmpdir(), 'history-'));
afterAll(() => rmSync(folder, { recursive: true }));

const healed = (at: number): Event => ({ e: 'healed', at });

describe('a history', () => {
  it('is one, in the order of time, whoever recorded it', () => {
    const paths = ['one', 'other'].map((name) => join(folder, name));
    const [one, other] = paths.map((path) => new Recorder(path));
    one!.record(healed(1));
    other!.record(healed(2));
    one!.record(healed(3));
    expect(readHistory(paths)).toEqual([healed(1), healed(2), healed(3)]);
  });

  it('bears a last line that was cut off', () => {
    const path = join(folder, 'cut');
    writeHistory(path, [healed(1)]);
    appendFileSync(path, '{"e":"hea');
    expect(readHistory([path])).toEqual([healed(1)]);
  });
});
