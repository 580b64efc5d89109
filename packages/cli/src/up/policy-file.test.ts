import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { defaultPolicy } from '@strongroom/vault';
import { readPolicyFile } from './policy-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'strongroom-policy-'));
const path = join(folder, 'policy.json');

afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string): ReturnType<typeof readPolicyFile> {
  writeFileSync(path, text);
  return readPolicyFile(path);
}

describe('a policy file', () => {
  test('says what is to be other than by default, in seconds', () => {
    const policy = read('{"guessLimit": 5, "waits": [1, 2.5], "replacementDelay": 3600}');
    expect(policy).toMatchObject({ guessLimit: 5, waits: [1000n, 2500n], replacementDelay: 3_600_000n });
    expect(read('{"guessLimit": 5}')).toMatchObject({ ...defaultPolicy, guessLimit: 5 });
    expect(read('{}')).toMatchObject({ ...defaultPolicy });
    expect(read('{"waits": []}').waits).toEqual([]);
  });

  test.each([
    ['', 'cannot be read as JSON'],
    ['{"guessLimit": 3', 'cannot be read as JSON'],
    ['[]', 'is not a JSON object'],
    ['null', 'is not a JSON object'],
    ['7', 'is not a JSON object'],
    ['{"guesLimit": 3}', 'knows no "guesLimit"'],
    ['{"guessLimit": 0}', 'needs a number from 1 to 100 as "guessLimit"'],
    ['{"guessLimit": 101}', 'needs a number from 1 to 100 as "guessLimit"'],
    ['{"guessLimit": 2.5}', 'needs a whole number as "guessLimit"'],
    ['{"guessLimit": "3"}', 'needs a whole number as "guessLimit"'],
    ['{"guessLimit": null}', 'needs a whole number as "guessLimit"'],
    ['{"waits": 60}', 'needs a list of seconds as "waits"'],
    [`{"waits": [${'1,'.repeat(100)}1]}`, 'needs a list of seconds as "waits"'],
    ['{"waits": [60, -1]}', 'needs a number from 0 to 31536000 as "waits"'],
    ['{"waits": ["60"]}', 'needs a number from 0 to 31536000 as "waits"'],
    ['{"replacementDelay": "1 day"}', 'needs a number from 0 to 31536000 as "replacementDelay"'],
    ['{"replacementDelay": 1e300}', 'needs a number from 0 to 31536000 as "replacementDelay"'],
  ])('that reads %s is refused', (text, why) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'wrong-usage' }) as Error);
    expect(() => read(text)).toThrow(why);
  });

  test('that is not there is refused', () => {
    expect(() => readPolicyFile(join(folder, 'nowhere'))).toThrow('cannot be read');
  });
});
