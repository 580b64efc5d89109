import type { Command } from 'commander';
import {
  acknowledgeEvents,
  listEvents,
  status,
  watchEvents,
  type Device,
  type SecurityEvent,
} from '@strongroom/client';
import { eventText } from '../terminal/event-text.ts';
import { momentText } from '../terminal/words.ts';
import { withDevice, withUnlockedDevice, type Context, type GlobalOptions } from './context.ts';

interface EventsOptions extends GlobalOptions {
  readonly follow?: boolean;
}

/** `strongroom events`. */
export function addEvents(program: Command, signal: AbortSignal): void {
  program
    .command('events')
    .summary('what happened to your account: passwords tried, devices, requests')
    .description(
      'Shows what happened to your account within the last 30 days: wrong passwords, openings, devices that came and went, requests to replace your key.',
    )
    .option('--follow', 'show what you have not seen yet, then what happens, until Ctrl-C')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<EventsOptions>();
      if (options.follow === true) await withUnlockedDevice(options, signal, follow);
      else await withDevice(options, signal, list);
    });
}

async function list({ device, terminal, signal }: Context): Promise<void> {
  const { events, acknowledged } = await listEvents(device, { signal });
  const unseen = events.filter(({ number }) => number > acknowledged);
  const lines = events.map((event) => `${event.number > acknowledged ? '●' : ' '} ${eventText(event)}`);
  terminal.result({ events, acknowledged }, [
    ...(lines.length === 0 ? ['Nothing happened within the last 30 days.'] : lines),
    ...(await standing(device, unseen, signal)),
  ]);
  const newest = unseen.at(-1);
  if (newest !== undefined) await acknowledgeEvents(device, newest.number, signal);
}

async function follow({ device, terminal, signal }: Context): Promise<void> {
  let wasConnected = true;
  const onConnection = (isConnected: boolean): void => {
    if (!isConnected && !signal.aborted) terminal.say('The server is not heard any more; trying again.');
    if (isConnected && !wasConnected) terminal.say('The server is heard again.');
    wasConnected = isConnected;
  };
  device.requireAccount();
  terminal.say('Listening. Ctrl-C ends it.');
  for await (const event of watchEvents(device, { signal, onConnection }))
    terminal.result(event, [eventText(event), ...(await standing(device, [event], signal))]);
}

// What the vaults alone know: the front door counts what passes it, and cannot say how many tries are left.
async function standing(
  device: Device,
  events: readonly SecurityEvent[],
  signal: AbortSignal,
): Promise<string[]> {
  const concerns = ['wrong-password', 'locked', 'replacement-asked'];
  if (!events.some(({ kind }) => concerns.includes(kind))) return [];
  const { vault } = await status(device, signal);
  if (vault === null) return [];
  const { replacement, locked, guessesLeft, guessLimit } = vault;
  return [
    ...(locked || !vault.registered ? [] : [`  ${guessesLeft} of ${guessLimit} tries left.`]),
    ...(replacement === null ? [] : [`  You can cancel until ${momentText(replacement.committableAt)}.`]),
  ];
}
