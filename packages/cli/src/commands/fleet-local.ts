import { mkdir } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { Command } from 'commander';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
import type { LocalFleet, LocalHsm, Parts } from '../fleet/local/index.ts';
import { Advised } from '../terminal/advised.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { terminalOf, type GlobalOptions } from './global-options.ts';

/** Where a fleet on one machine is unless it is said. */
export const defaultFolder = './strongroom-fleet';

interface LocalOptions extends GlobalOptions {
  readonly data: string;
}

interface UpOptions extends LocalOptions {
  readonly sites?: string;
  readonly hsm?: string;
  readonly inMemory?: boolean;
  readonly port?: string;
}

interface KillOptions extends LocalOptions {
  readonly vault?: boolean;
  readonly etcd?: boolean;
}

/** Adds `up`, `kill`, `heal` and `down`: a fleet on one machine. */
export function addFleetLocal(fleet: Command, signal: AbortSignal): void {
  const where = ['--data <dir>', 'the folder of the fleet', defaultFolder] as const;
  fleet
    .command('up')
    .summary('run a whole fleet on this machine, and watch it')
    .description(
      'Starts sites with an etcd member and a vault node each, and two front doors with a built-in cloud; makes them the first time. Shows who is up and how requests fare until it is stopped with Ctrl-C, which ends all of it.',
    )
    .option(...where)
    .option('--sites <number>', 'how many, 1 to 9; 5 for a new fleet')
    .option('--hsm <kind>', 'what holds the sealing keys: software (files), or softhsm (PKCS#11 tokens)')
    .option('--in-memory', 'etcd members keep their records in memory: a killed one comes back empty')
    .option('--port <number>', 'of the first front door; the second has the next. Any free ones')
    .action(async (_: unknown, command: Command) => up(command.optsWithGlobals<UpOptions>(), signal));
  fleet
    .command('kill')
    .argument('<site>', 'such as a')
    .summary('kill the processes of a site')
    .description('Kills the etcd member and the vault node of a site, in the middle of whatever they do.')
    .option(...where)
    .option('--vault', 'the vault node alone')
    .option('--etcd', 'the etcd member alone')
    .action(async (site: string, _: unknown, command: Command) =>
      kill(site, command.optsWithGlobals<KillOptions>()),
    );
  fleet
    .command('heal')
    .argument('[site...]', 'all, when none is named')
    .summary('start what is down at a site')
    .description(
      'Starts what is down at these sites. An etcd member that lost its data leaves the cluster, and an empty one takes its place.',
    )
    .option(...where)
    .action(async (sites: string[], _: unknown, command: Command) =>
      heal(sites, command.optsWithGlobals<LocalOptions>(), signal),
    );
  fleet
    .command('down')
    .summary('stop a fleet on this machine')
    .description(
      'Ends everything that runs, after what is under way. The fleet stays, and goes on with `fleet up`.',
    )
    .option(...where)
    .option('--erase', 'and remove the folder with everything in it: records, keys, clouds')
    .action(async (_: unknown, command: Command) =>
      down(command.optsWithGlobals<LocalOptions & { readonly erase?: boolean }>()),
    );
}

async function up(options: UpOptions, signal: AbortSignal): Promise<void> {
  const terminal = terminalOf(options);
  const wanted = wantedOf(options);
  const { LocalFleet, checkFolder } = await import('../fleet/local/index.ts');
  const { watchFleet } = await import('../fleet/view/watch-fleet.ts');
  const { data: folder } = options;
  checkFolder(folder);
  const lock = await lockData(folder);
  try {
    const say = (line: string): void => terminal.say(line);
    const fleet = await LocalFleet.open({ folder, ...wanted, say, signal });
    await run(fleet, terminal, { signal, watch: () => watchFleet(fleet, terminal, signal) });
  } finally {
    lock.close();
  }
}

async function run(
  fleet: LocalFleet,
  terminal: Terminal,
  { signal, watch }: { signal: AbortSignal; watch: () => Promise<void> },
): Promise<void> {
  try {
    if (fleet.runs) terminal.say('Some of it runs already, and goes on.');
    await fleet.start();
    const directory = `sha256:${await fleet.directorySha256()}`;
    terminal.result(
      { data: fleet.layout.folder, doors: fleet.doors, directory, sites: fleet.sites },
      greeting(fleet, directory),
    );
    await watch();
  } finally {
    if (fleet.runs) terminal.say(signal.aborted ? 'Stopping: front doors, vault nodes, etcd.' : 'Stopping.');
    await fleet.stop();
  }
}

function greeting({ doors, sites, layout }: LocalFleet, directory: string): readonly string[] {
  const data = layout.folder;
  return [
    `A fleet of ${sites.length === 1 ? 'one site' : `${sites.length} sites`} in ${data}`,
    `Front doors: ${doors.map(({ url }) => url).join(' and ')}`,
    `Its list of vaults: ${directory}`,
    '',
    'Next, in another terminal:',
    `  npx strongroom sign-in --server ${doors[0]!.url} --phone +491701234567 --directory ${directory}`,
    `  npx strongroom fleet kill ${sites[0]} --data ${data}`,
    `  npx strongroom fleet heal ${sites[0]} --data ${data}`,
    'The six-digit code appears here. Ctrl-C stops all of it.',
    '',
  ];
}

async function kill(site: string, options: KillOptions): Promise<void> {
  const terminal = terminalOf(options);
  const fleet = await existing(options);
  const parts = partsOf(options);
  const killed = (['vault', 'etcd'] as const).filter(
    (part) => parts[part] && fleet.process(site, part).pid !== undefined,
  );
  await fleet.kill(site, parts);
  const names = { vault: 'the vault node', etcd: 'the etcd member' };
  const lost = parts.etcd && fleet.settings.memory !== '' ? ' Its records, in memory, are gone.' : '';
  const what =
    killed.length === 0 ? 'nothing ran' : `${killed.map((part) => names[part]).join(' and ')} killed`;
  terminal.result({ site, killed }, [`Site ${site}: ${what}.${lost}`]);
}

async function heal(sites: readonly string[], options: LocalOptions, signal: AbortSignal): Promise<void> {
  const terminal = terminalOf(options);
  const fleet = await existing(options, { say: (line: string) => terminal.say(line), signal });
  const named = sites.length > 0 ? [...new Set(sites)] : fleet.sites;
  const { replaced, hasMajority } = await fleet.heal(named);
  if (sites.length === 0) await fleet.startDoors();
  const what = named.length === 1 ? `Site ${named[0]}` : `Sites ${named.join(', ')}`;
  const how = hasMajority ? 'is up.' : 'is started, but most etcd members are down. Heal more sites.';
  terminal.result({ sites: named, replaced, hasMajority }, [`${what}: everything ${how}`]);
}

async function down(options: LocalOptions & { readonly erase?: boolean }): Promise<void> {
  const terminal = terminalOf(options);
  const fleet = await existing(options);
  await fleet.stop();
  if (options.erase === true) await fleet.erase();
  const what =
    options.erase === true ? `Everything in ${fleet.layout.folder} is removed.` : 'Everything has ended.';
  terminal.result({ stopped: true, erased: options.erase === true }, [what]);
}

async function existing(
  { data }: LocalOptions,
  more: { readonly say?: (line: string) => void; readonly signal?: AbortSignal } = {},
): Promise<LocalFleet> {
  const { LocalFleet } = await import('../fleet/local/index.ts');
  return LocalFleet.existing(data, more);
}

async function lockData(folder: string): Promise<DatabaseSync> {
  const { lockFolder } = await import('@strongroom/client/node');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    return lockFolder(folder);
  } catch (error) {
    if (!isStrongroomError(error, 'in-use')) throw error;
    throw new Advised(error, [`Its fleet runs already: see \`strongroom fleet status --data ${folder}\`.`]);
  }
}

interface Wanted {
  readonly sites?: number;
  readonly hsm?: LocalHsm;
  readonly inMemory?: boolean;
  readonly port?: number;
}

function wantedOf({ sites, hsm, inMemory, port }: UpOptions): Wanted {
  if (hsm !== undefined && hsm !== 'software' && hsm !== 'softhsm')
    throw wrong(`--hsm takes software or softhsm, not "${hsm}".`);
  return {
    ...(sites !== undefined && { sites: numberIn(sites, '--sites', 1, 9) }),
    ...(hsm !== undefined && { hsm }),
    ...(inMemory === true && { inMemory }),
    ...(port !== undefined && { port: numberIn(port, '--port', 1, 65_534) }),
  };
}

function partsOf({ vault = false, etcd = false }: KillOptions): Parts {
  return vault || etcd ? { vault, etcd } : { vault: true, etcd: true };
}

function numberIn(text: string, option: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number >= least && number <= most) return number;
  throw wrong(`${option} takes a number from ${least} to ${most}, not "${text}".`);
}

function wrong(why: string): StrongroomError<'wrong-usage'> {
  return new StrongroomError('wrong-usage', { why });
}
