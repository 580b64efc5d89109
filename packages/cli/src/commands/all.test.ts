import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addCommands } from './all.ts';

const { signal } = new AbortController();

async function helpOf(...args: string[]): Promise<string> {
  const program = new Command('strongroom');
  await addCommands(program, signal, args);
  for (const command of program.commands) command.option('--json', 'one JSON object on standard output');
  return program.helpInformation();
}

async function added(...args: string[]): Promise<{ name: string; isLoaded: boolean }[]> {
  const program = new Command('strongroom');
  await addCommands(program, signal, args);
  return program.commands.map((command) => ({
    name: command.name(),
    isLoaded: command.description() !== '',
  }));
}

describe('the commands', () => {
  test('are listed as they say of themselves', async () => {
    const listed = await helpOf();
    const names = (await added()).map(({ name }) => name);
    expect(names).toContain('backup');
    // The first argument is no command, so that all are there.
    expect(await helpOf('--json', ...names)).toBe(listed);
  });

  test('are loaded when they are called, and no others', async () => {
    expect(await added('backup', 'restore')).toEqual([{ name: 'backup', isLoaded: true }]);
    expect((await added('--help')).filter(({ isLoaded }) => isLoaded)).toEqual([]);
    const behindOptions = await added('--profile', 'somewhere', 'status');
    expect(behindOptions.filter(({ isLoaded }) => isLoaded)).toEqual([{ name: 'status', isLoaded: true }]);
    expect(behindOptions).toHaveLength((await added()).length);
  });
});
