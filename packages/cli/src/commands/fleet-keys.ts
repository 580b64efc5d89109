import type { Command } from 'commander';
import { StrongroomError, toHex } from '@strongroom/core';
import type { SigningKey } from '@strongroom/protocol';
import { terminalOf, type GlobalOptions } from './global-options.ts';

interface KeyOptions extends GlobalOptions {
  readonly config: string;
  readonly out?: string;
}

interface DirectoryOptions extends GlobalOptions {
  readonly config: string;
  readonly out: string;
  readonly key: string;
  readonly operator: string;
}

/** Adds `key`, `directory` and `door-key`: what is exchanged between nodes, front doors and devices. */
export function addFleetKeys(fleet: Command): void {
  fleet
    .command('key')
    .summary('show the transport key of this node, and its short code')
    .description(
      'Shows the short code that is read to operators of other nodes, and writes the key that they need.',
    )
    .requiredOption('--config <file>', 'the configuration of this vault node')
    .option('--out <file>', 'write the transport key there, for the other node')
    .action(async (_: unknown, command: Command) => showKey(command.optsWithGlobals<KeyOptions>()));
  fleet
    .command('directory')
    .summary('make the list of vaults that front doors hand out')
    .description(
      'Makes the signed list that names this vault, or a newer one of the next number when the vault changed; devices pin its hash.',
    )
    .requiredOption('--config <file>', 'the configuration of a vault node that has its keys')
    .requiredOption('--out <file>', 'the list, as `directoryFile` of front doors names it')
    .option('--key <file>', 'signs the list; made when it is not there', 'directory.key')
    .option('--operator <name>', 'who runs the vault, for people', 'operator')
    .action(async (_: unknown, command: Command) =>
      makeDirectory(command.optsWithGlobals<DirectoryOptions>()),
    );
  fleet
    .command('door-key')
    .summary('the key by which vault nodes know a front door')
    .description(
      "Makes the key when there is none, and shows its public part: a vault node's `frontDoors` names it.",
    )
    .requiredOption('--file <file>', 'the key, as `tokenKeyFile` of front doors names it')
    .action(async (_: unknown, command: Command) =>
      showDoorKey(command.optsWithGlobals<GlobalOptions & { readonly file: string }>()),
    );
}

async function showKey(options: KeyOptions): Promise<void> {
  const { withNode } = await import('../fleet/ceremony/open-node.ts');
  const { encodeTransportFile, writeNewFile } = await import('../fleet/ceremony/transport-file.ts');
  await withNode(options.config, async ({ config: { site }, operator }) => {
    const { id, transportKey, code } = await operator.thisNode();
    if (options.out !== undefined) writeNewFile(options.out, encodeTransportFile({ site, transportKey }));
    terminalOf(options).result({ site, id, code, transportKey: toHex(transportKey) }, [
      `Site ${site}, node ${id}`,
      `Short code: ${code}`,
      'Read it to the operators of the other nodes, who type it. Send it in no message that the key comes with.',
    ]);
  });
}

async function makeDirectory(options: DirectoryOptions): Promise<void> {
  const { withNode } = await import('../fleet/ceremony/open-node.ts');
  const { openDirectoryFile } = await import('../up/server-keys.ts');
  const { patiently } = await import('../fleet/patiently.ts');
  if (!/^[^\p{C}]{1,100}$/u.test(options.operator))
    throw new StrongroomError('wrong-usage', { why: '--operator takes a name of 1 to 100 characters.' });
  await withNode(options.config, async ({ operator }) => {
    const vault = await patiently(() => operator.describe(1, options.operator));
    const { sha256 } = await openDirectoryFile(options.out, 1, [vault], await openKey(options.key));
    const vaultId = toHex(vault.vaultId);
    terminalOf(options).result({ vaultId, directory: `sha256:${sha256}` }, [
      `Vault ${vaultId}: "vaultId" of front doors`,
      `The list of vaults: sha256:${sha256}`,
    ]);
  });
}

async function showDoorKey(options: GlobalOptions & { readonly file: string }): Promise<void> {
  const publicKey = toHex((await openKey(options.file)).publicKey);
  terminalOf(options).result({ publicKey }, [publicKey]);
}

async function openKey(path: string): Promise<SigningKey> {
  const { openSigningKey } = await import('../up/server-keys.ts');
  try {
    return await openSigningKey(path);
  } catch (cause) {
    const why = `${path} is no key of 64 hexadecimal digits, or cannot be made there.`;
    throw new StrongroomError('wrong-usage', { why }, { cause });
  }
}
