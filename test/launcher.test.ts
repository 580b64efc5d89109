import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const launcher = fileURLToPath(new URL('../packages/cli/bin/strongroom.js', import.meta.url));
const run = promisify(execFile);

describe('the launcher', () => {
  test.each([
    ['as npx starts it', [], '--conditions=source'],
    ['with the condition on its command line', ['--conditions=source'], ''],
    ['without either', [], ''],
  ])('finds the sources, %s', async (_, flags, options) => {
    const env = { ...process.env, NODE_OPTIONS: options };
    const { stdout } = await run(process.execPath, [...flags, launcher, '--version'], { env });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('passes the exit code on', async () => {
    const env = { ...process.env, NODE_OPTIONS: '' };
    const failing = run(process.execPath, [launcher, 'no-such-command'], { env });
    await expect(failing).rejects.toMatchObject({ code: 2 });
  });
});
