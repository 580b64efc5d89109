import { toHex, VERSION } from '@strongroom/core';
import { isHsmError, type FleetProgress } from '@strongroom/vault';
import type { OperatedNode } from './open-node.ts';

/** A key as a record names it. */
export interface RecordedKey {
  readonly epoch: number;
  readonly state: string;
  /** Hex; equal wherever the same key is. */
  readonly keyCheck: string;
}

/** A node as a record names it. */
export interface RecordedNode {
  readonly site: string;
  readonly id: string;
  readonly code: string;
}

/** What happened at a ceremony. Nothing in it is secret. */
export interface CeremonyRecord {
  readonly what: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Hex; `undefined` at a node that has no key yet. */
  readonly vaultId: string | undefined;
  readonly node: RecordedNode;
  readonly hsm: string;
  /** The other node, if there was one. */
  readonly peer: RecordedNode | undefined;
  readonly keys: readonly RecordedKey[];
  /** What came of it, sentences. */
  readonly result: readonly string[];
  readonly officers: readonly string[];
}

/** A record of what was just done at a node. */
export async function recordOf(
  node: OperatedNode,
  { what, peer, result, officers }: Pick<CeremonyRecord, 'what' | 'peer' | 'result' | 'officers'>,
): Promise<CeremonyRecord> {
  const { id, code } = await node.operator.thisNode();
  return {
    what,
    at: Date.now(),
    vaultId: await vaultIdOf(node),
    node: { site: node.config.site, id, code },
    hsm: hsmText(node),
    peer,
    keys: await keysOf(node),
    result,
    officers,
  };
}

/** A record as it is printed and signed. */
export function recordText(record: CeremonyRecord): string {
  const { what, at, vaultId, node, hsm, peer, keys, result, officers } = record;
  const lines = [
    `STRONGROOM KEY CEREMONY: ${what}`,
    '',
    line('Date', `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`),
    line('Software', `strongroom ${VERSION}`),
    line('Vault', vaultId ?? 'not known at this node yet'),
    ...nodeLines('At', node),
    line('  HSM', hsm),
    ...(peer === undefined ? [] : nodeLines('Other node', peer)),
    ...keys.map(({ epoch, state, keyCheck }) =>
      line(`Key of epoch ${epoch}`, `${state}, check value ${keyCheck}`),
    ),
    '',
    ...result,
    '',
    'Present',
    ...(officers.length === 0 ? ['  (nobody was named)'] : officers.map(signature)),
    '',
    'Nothing in this record is secret.',
  ];
  return `${lines.join('\n')}\n`;
}

function line(name: string, value: string): string {
  return `${name.padEnd(22)}${value}`;
}

function nodeLines(name: string, { site, id, code }: RecordedNode): readonly string[] {
  return [line(name, `site ${site}`), line('  node', id), line('  short code', code)];
}

function signature(name: string, at: number): string {
  return `  ${at + 1}. ${name.padEnd(34)}  signature: ______________________________`;
}

// A node that waits for its keys cannot tell which vault it will be part of.
async function vaultIdOf({ operator }: OperatedNode): Promise<string | undefined> {
  if ((await operator.status()) === undefined) return undefined;
  try {
    return toHex((await operator.describe(1, '')).vaultId);
  } catch (error) {
    if (isHsmError(error, 'no-such-epoch')) return undefined;
    throw error;
  }
}

async function keysOf({ hsm, operator }: OperatedNode): Promise<readonly RecordedKey[]> {
  const status = await operator.status();
  const keys: RecordedKey[] = [];
  for (const epoch of await hsm.epochs())
    keys.push({ epoch, state: stateOf(epoch, status), keyCheck: toHex(await hsm.keyCheck(epoch)) });
  return keys;
}

function stateOf(epoch: number, status: FleetProgress | undefined): string {
  return status?.epochs.find(({ number }) => number === epoch)?.state ?? 'in no fleet';
}

function hsmText({ config: { hsm } }: OperatedNode): string {
  if (hsm.kind === 'software') return 'software: files';
  const token = 'label' in hsm.token ? `"${hsm.token.label}"` : `with the serial number ${hsm.token.serial}`;
  return `PKCS#11 token ${token}`;
}
