import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { StrongroomError, type Secret } from '@strongroom/core';
import type { NodeProgress } from '@strongroom/vault';
import type { Done } from '../fleet/ceremony/ceremonies.ts';
import type { OperatedNode } from '../fleet/ceremony/open-node.ts';
import { askSecret, askYes, secretFile } from '../terminal/input.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { addFleetKeys } from './fleet-keys.ts';
import { terminalOf, type GlobalOptions } from './global-options.ts';

interface CeremonyOptions extends GlobalOptions {
  readonly config: string;
  readonly officer: readonly string[];
  readonly record?: string;
}

interface PeerOptions extends CeremonyOptions {
  readonly peer: string;
  readonly yesCode?: string;
  readonly officerPinFile?: string;
  readonly wait?: boolean;
}

interface NodeOptions extends CeremonyOptions {
  readonly node: string;
  readonly yes?: boolean;
}

const officersNeeded = 2;

/** Adds the commands of key ceremonies: `init`, `key`, `trust`, `add-node`, `hand-over`, `new-epoch`, `remove-node`. */
export function addFleetCeremony(fleet: Command, signal: AbortSignal): void {
  ceremony(fleet, 'init', 'make a fleet: the first key, in the HSM of this node')
    .description(
      'Makes a fleet of the vault of this node, with it as the first node; its HSM makes the first key.',
    )
    .action(async (_: unknown, command: Command) => runInit(command.optsWithGlobals<CeremonyOptions>()));
  addFleetKeys(fleet);
  ofPeer(ceremony(fleet, 'trust', 'have the HSM of this node trust another node'))
    .description(
      'Two operators compare a short code; then sealing keys may travel between the two HSMs, wrapped, and to no other.',
    )
    .action(async (_: unknown, command: Command) => runTrust(command.optsWithGlobals<PeerOptions>()));
  ofPeer(ceremony(fleet, 'add-node', 'trust another node, enter it, and hand it its keys'))
    .option('--no-wait', 'do not wait until it has its keys: see `fleet hand-over`')
    .description(
      'Trusts another node as `fleet trust` does, enters it in the fleet, and gives it the keys as soon as its process runs. It must trust this node, too.',
    )
    .action(async (_: unknown, command: Command) =>
      runAddNode(command.optsWithGlobals<PeerOptions>(), signal),
    );
  fleet
    .command('hand-over')
    .summary('hand a node its keys, and wait until it has them')
    .requiredOption('--config <file>', 'the configuration of this vault node, which has the keys')
    .requiredOption('--node <name>', 'the other one: its site, or the first letters of its id')
    .action(async (_: unknown, command: Command) =>
      runHandOver(command.optsWithGlobals<NodeOptions>(), signal),
    );
  ceremony(fleet, 'new-epoch', 'begin a new sealing key now')
    .description(
      'Makes a new sealing key in the HSM of this node; every 30 days one is made without being told.',
    )
    .action(async (_: unknown, command: Command) => runNewEpoch(command.optsWithGlobals<CeremonyOptions>()));
  ceremony(fleet, 'remove-node', 'remove a node for good')
    .description('Removes another node: nobody trusts it or waits for it any more, and a new epoch begins.')
    .requiredOption('--node <name>', 'its site, or the first letters of its id')
    .option('--yes', 'do not ask')
    .action(async (_: unknown, command: Command) => runRemoveNode(command.optsWithGlobals<NodeOptions>()));
}

function ceremony(fleet: Command, name: string, summary: string): Command {
  return fleet
    .command(name)
    .summary(summary)
    .requiredOption('--config <file>', 'the configuration of this vault node')
    .option('--officer <name>', 'who is present; twice, with different names', collect, [])
    .option('--record <file>', 'also write the record there, to be printed and signed');
}

function ofPeer(command: Command): Command {
  return command
    .requiredOption('--peer <file>', 'the transport key of the other node, from `fleet key` there')
    .option('--yes-code <digits>', 'its 30 digits, instead of being asked for them')
    .option('--officer-pin-file <file>', "the PIN of the token's security officer; - is standard input");
}

async function runInit(options: CeremonyOptions): Promise<void> {
  const { init } = await import('../fleet/ceremony/ceremonies.ts');
  await held(options, (node) => init(node));
}

async function runTrust(options: PeerOptions): Promise<void> {
  const { trust } = await import('../fleet/ceremony/ceremonies.ts');
  await withPeer(options, trust);
}

async function runAddNode(options: PeerOptions, signal: AbortSignal): Promise<void> {
  const { addNode } = await import('../fleet/ceremony/ceremonies.ts');
  await withPeer(options, async (node, peer, officer) => {
    const done = await addNode(node, peer, officer);
    if (options.wait === false) return done;
    await waitForKeys(node, done.peer!.id, { terminal: terminalOf(options), signal });
    return { ...done, result: [...done.result, 'It has taken over all keys.'] };
  });
}

async function runHandOver(options: NodeOptions, signal: AbortSignal): Promise<void> {
  const terminal = terminalOf(options);
  const { withNode } = await import('../fleet/ceremony/open-node.ts');
  const { id, site } = await withNode(options.config, (node) =>
    waitForKeys(node, options.node, { terminal, signal }),
  );
  terminal.result({ node: id, site, hasKeys: true }, [`The node of site ${site} has all keys.`]);
}

async function runNewEpoch(options: CeremonyOptions): Promise<void> {
  const { newEpoch } = await import('../fleet/ceremony/ceremonies.ts');
  await held(options, newEpoch, 0);
}

async function runRemoveNode(options: NodeOptions): Promise<void> {
  const { findNode, removeNode } = await import('../fleet/ceremony/ceremonies.ts');
  await held(options, async (node) => {
    const { site, id } = await findNode(node.operator.status(), options.node);
    if (options.yes !== true && !(await askYes(`Remove the node of site ${site} (${id}) for good?`)))
      throw new StrongroomError('cancelled', {});
    return removeNode(node, id);
  });
}

async function withPeer(
  options: PeerOptions,
  act: (
    node: OperatedNode,
    peer: { readonly site: string; readonly transportKey: Uint8Array<ArrayBuffer> },
    officer: Secret<string> | undefined,
  ) => Promise<Done>,
): Promise<Done> {
  const { readTransportFile } = await import('../fleet/ceremony/transport-file.ts');
  const { confirmCode } = await import('../fleet/ceremony/confirm-code.ts');
  const peer = readTransportFile(options.peer);
  return held(options, async (node) => {
    const terminal = terminalOf(options);
    await confirmCode(peer.transportKey, { site: peer.site, given: options.yesCode, terminal });
    return act(node, peer, await officerPin(node, options));
  });
}

// Files have no officer.
async function officerPin(
  { config: { hsm } }: OperatedNode,
  { officerPinFile }: PeerOptions,
): Promise<Secret<string> | undefined> {
  if (hsm.kind === 'software') return undefined;
  if (officerPinFile !== undefined) return secretFile(officerPinFile);
  return askSecret("The PIN of the token's security officer");
}

// Does it, says it, and writes it down.
async function held<D extends Done>(
  options: CeremonyOptions,
  act: (node: OperatedNode) => Promise<D>,
  officers = officersNeeded,
): Promise<D> {
  checkOfficers(options, officers);
  const { withNode } = await import('../fleet/ceremony/open-node.ts');
  const { recordOf, recordText } = await import('../fleet/ceremony/ceremony-record.ts');
  const { writeNewFile } = await import('../fleet/ceremony/transport-file.ts');
  return withNode(options.config, async (node) => {
    const done = await act(node);
    const record = await recordOf(node, { ...done, officers: options.officer });
    const text = recordText(record);
    terminalOf(options).result({ ...done, ...record }, text.trimEnd().split('\n'));
    if (options.record !== undefined) writeNewFile(options.record, text);
    return done;
  });
}

async function waitForKeys(
  { operator }: OperatedNode,
  name: string,
  { terminal, signal }: { terminal: Terminal; signal: AbortSignal },
): Promise<NodeProgress> {
  const { findNode } = await import('../fleet/ceremony/ceremonies.ts');
  const { patiently } = await import('../fleet/patiently.ts');
  const node = await findNode(operator.status(), name);
  const onWait = (what: 'node-to-start' | 'node-to-take-over'): void => sayWait(terminal, what, node.site);
  await patiently(() => operator.handOver(node.id, { signal, every: 500, onWait }));
  return node;
}

function sayWait(terminal: Terminal, what: 'node-to-start' | 'node-to-take-over', site: string): void {
  if (what === 'node-to-start')
    terminal.say(`Now start the node of site ${site}: strongroom vault --config FILE`);
  else
    terminal.say(
      `The keys are on their way. The HSM of site ${site} must trust this one (strongroom fleet trust).`,
    );
}

function checkOfficers({ officer, record }: CeremonyOptions, needed: number): void {
  if (record !== undefined && existsSync(record))
    throw new StrongroomError('wrong-usage', {
      why: `${record} is there already. A record is not overwritten.`,
    });
  if (officer.some((name) => !/^[^\p{C}]{1,100}$/u.test(name)))
    throw new StrongroomError('wrong-usage', { why: 'An --officer has a name of 1 to 100 characters.' });
  const different = new Set(officer.map((name) => name.trim().toLowerCase())).size;
  if (different >= needed) return;
  const why =
    'A key ceremony has two officers present. Name both: --officer "Ada Example" --officer "Ben Example"';
  throw new StrongroomError('wrong-usage', { why });
}

function collect(name: string, before: readonly string[]): readonly string[] {
  return [...before, name];
}
