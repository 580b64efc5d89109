import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { fromHex, toHex, type Bytes } from '@strongroom/core';
import { signingKeyFromSeed, type SigningKey } from '@strongroom/protocol';
import { DirectorySchema, type Directory } from '@strongroom/wire/vault';
import { openSoftwareHsm } from '../../hsm/software/software-hsm.ts';
import { MemoryStore } from '../../records/memory-store.ts';
import { TestClock, TestOwner, type Dealt } from '../../testing/index.ts';
import { Vault } from '../../vault.ts';

/** A registration, as its device remembers it. */
export interface FrozenAccount {
  readonly accountId: string;
  readonly password: string;
  readonly generation: string;
  readonly backupKey: string;
  readonly ownerSeed: string;
  /** What the vault describes. */
  readonly described: { readonly guessesLeft: number; readonly failures: number; readonly locked: boolean };
}

/** All that a version of the vault wrote once, in hex: whatever comes after has to read it. */
export interface FrozenVault {
  readonly format: number;
  /** Milliseconds since 1970, when it was written. */
  readonly now: number;
  readonly tokenSeed: string;
  /** Files of the software HSM. */
  readonly hsm: { readonly [name: string]: string };
  /** What was in the store, by id. */
  readonly store: { readonly [id: string]: string };
  readonly accounts: { readonly [name: string]: FrozenAccount };
  /** Serialized ServeRequests that were sent then, and what the front door heard of them. */
  readonly requests: { readonly [name: string]: string };
  /** A guess that was counted: its KE1, and the Begun that was answered. */
  readonly begun: { readonly ke1: string; readonly reply: string };
  /** Serialized FileDescriptorProtos: the messages as they were. */
  readonly schemas: { readonly [file: string]: string };
}

const fixtures = join(import.meta.dirname, '../../../../../fixtures');

/** Where what a format looks like is kept. */
export function frozenPath(format: number): string {
  return join(fixtures, `vault-format-${format}`, 'vault.json');
}

export function readFrozen(format: number): FrozenVault {
  return JSON.parse(readFileSync(frozenPath(format), 'utf8')) as FrozenVault;
}

/** Files of a folder by name, in hex. */
export function filesIn(folder: string): { [name: string]: string } {
  const names = readdirSync(folder).toSorted();
  return Object.fromEntries(
    names.map((name) => [name, toHex(new Uint8Array(readFileSync(join(folder, name))))]),
  );
}

/** A vault of this version over what another version wrote, as it lay there. */
export interface Thawed {
  readonly vault: Vault;
  readonly store: MemoryStore;
  readonly clock: TestClock;
  readonly tokenKey: SigningKey;
  readonly directory: Directory;
  readonly hsmFolder: string;
}

/** Opens a vault of this version over what another version wrote. */
export async function thaw(frozen: FrozenVault): Promise<Thawed> {
  const hsmFolder = join(mkdtempSync(join(tmpdir(), 'frozen-vault-')), 'hsm');
  mkdirSync(hsmFolder, { mode: 0o700 });
  for (const [name, content] of Object.entries(frozen.hsm))
    writeFileSync(join(hsmFolder, name), fromHex(content), { mode: 0o600 });
  const store = new MemoryStore();
  for (const [id, value] of Object.entries(frozen.store))
    await store.replace(fromHex(id), fromHex(value), undefined);
  const clock = new TestClock(frozen.now);
  const tokenKey = await signingKeyFromSeed(fromHex(frozen.tokenSeed));
  const vault = await openVault({ store, clock, tokenKey, hsmFolder });
  const vaults = [vault.describe(1, 'operator 1')];
  const directory = create(DirectorySchema, { epoch: 1n, threshold: 1, vaults });
  return { vault, store, clock, tokenKey, directory, hsmFolder };
}

export function openVault({
  store,
  clock,
  tokenKey,
  hsmFolder,
}: Pick<Thawed, 'store' | 'clock' | 'tokenKey' | 'hsmFolder'>): Promise<Vault> {
  const frontDoors = new Map([['acme', [tokenKey.publicKey]]]);
  return Vault.open({ store, hsm: openSoftwareHsm(hsmFolder), frontDoors, now: clock.now });
}

/** What a device knows of a registration, but for what only the vault has. */
export function remembered({ password, generation, backupKey, ownerSeed }: FrozenAccount): Dealt {
  return {
    password,
    owner: new TestOwner(fromHex(ownerSeed)),
    backupKey: fromHex(backupKey),
    generation: fromHex(generation),
    credentials: new Map<string, never>(),
  };
}

/** Bytes of a hexadecimal text. */
export function bytesOf(text: string): Bytes {
  return fromHex(text);
}
