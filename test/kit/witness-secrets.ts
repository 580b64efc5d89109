import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { formatKey } from '@strongroom/client';
import { concat, Secret, utf8, type Bytes } from '@strongroom/core';
import { preparePassword, rfc9497, rfc9807, vaultPassword } from '@strongroom/opaque';
import type { Credential } from '@strongroom/wire/vault';
import type { Inside } from './witness-device.ts';
import type { Piece } from './witness-evidence.ts';
import type { Needle } from './witness-search.ts';
import type { VaultContents } from './witness-vault.ts';

/** A password as typed and as prepared, and its plain hashes, with which it could be guessed. */
export function passwordNeedles(name: string, password: string): Needle[] {
  const prepared = preparePassword(password);
  return [
    { name: `the ${name} password`, value: password },
    ...(Buffer.from(password).equals(prepared)
      ? []
      : [{ name: `the ${name} password, prepared`, value: prepared }]),
    ...['sha1', 'sha256', 'sha512'].map((hash) => ({
      name: `${hash} of the ${name} password`,
      value: createHash(hash).update(prepared).digest(),
    })),
  ];
}

/** A backup key and its 64 digits as people keep them. */
export function keyNeedles(key: Bytes): Needle[] {
  const rows = formatKey(new Secret(key)).split('\n');
  return [
    { name: 'the backup key', value: key },
    ...rows
      .flatMap((row) => [row, row.replaceAll(' ', '-')])
      .map((value) => ({ name: 'a row of the 64-digit key', value })),
    { name: 'sha256 of the backup key', value: createHash('sha256').update(key).digest() },
  ];
}

/** Every key that is derived from a backup key, those of the packs and snapshots that the cloud holds among them. */
export function derivedNeedles(key: Bytes, objects: readonly Piece[]): Needle[] {
  const derive = (label: string, length: number, salt: Uint8Array = new Uint8Array()): Buffer =>
    Buffer.from(hkdfSync('sha256', key, salt, `strongroom ${label}`, length));
  const seed = derive('owner', 32);
  const hashed = createHash('sha512').update(seed).digest();
  const packs = objects.filter(({ label }) => label.includes('/packs/'));
  const snapshots = objects.filter(({ label }) => label.includes('/snapshots/'));
  return [
    {
      ...named('key check', derive('key check', 16)),
      allowed: ({ label }) => /\/(?:descriptor|snapshots\/)/.test(label),
    },
    named('descriptor', derive('descriptor', 32)),
    named('chunk id', derive('chunk id', 32)),
    named('manifest cut', derive('manifest cut', 8)),
    named('owner: the seed', seed),
    named('owner: the expanded seed', hashed.subarray(0, 32)),
    named('owner: the scalar', clamp(hashed.subarray(0, 32))),
    ...packs.flatMap((pack) =>
      [0, 32, 64].map((at) =>
        named(pack.label, derive('pack', 96, saltBehind(8, pack)).subarray(at, at + 32)),
      ),
    ),
    ...snapshots.map((snapshot) => named(snapshot.label, derive('snapshot', 32, saltBehind(24, snapshot)))),
  ];
}

function named(name: string, value: Buffer): Needle {
  return { name: `the key for: ${name}`, value };
}

// Behind the 8 bytes of an object's header, and of a snapshot the key check.
function saltBehind(start: number, { bytes }: Piece): Buffer {
  return bytes.subarray(start, start + 32);
}

/** What passed through a device's own ports, and what OPAQUE makes of it. */
export function insideNeedles(
  { drawn, stretched }: Inside,
  vault: VaultContents,
  seen: readonly Credential[],
): Needle[] {
  const drawnNeedles = drawn
    .filter(({ length }) => length >= 16)
    .map((value) => ({ name: `${value.length} bytes that a device drew`, value }));
  const scalars = drawn
    .filter(({ length }) => length === 64)
    .map((bytes) => ({
      name: 'a scalar that a device drew',
      value: rfc9497.randomScalar(() => new Uint8Array(bytes)),
    }));
  const passwords = stretched.flatMap(({ oprfOutput, stretched }) => {
    const rwd = rfc9807.randomizePassword(oprfOutput, () => new Uint8Array(stretched));
    return [
      { name: 'an OPRF output', value: oprfOutput },
      { name: 'a stretched OPRF output', value: stretched },
      { name: 'a randomized password', value: rwd },
      ...seen.flatMap((credential) => envelopeNeedles(rwd, vault.fleetKeys.vaultId, credential)),
    ];
  });
  return [...drawnNeedles, ...scalars, ...passwords];
}

/** The keys of an envelope and of a sealed key (RFC 9807 section 4.1.2). */
function envelopeNeedles(rwd: Bytes, vaultId: Uint8Array, { envelope, generation }: Credential): Needle[] {
  const own = vaultPassword(rwd, vaultId);
  const nonce = envelope.subarray(0, 32);
  const seed = expand(own, concat(nonce, utf8('PrivateKey')), 32);
  return [
    { name: "a vault's randomized password", value: own },
    { name: 'an auth key', value: expand(own, concat(nonce, utf8('AuthKey')), 64) },
    { name: 'an export key', value: expand(own, concat(nonce, utf8('ExportKey')), 64) },
    { name: "a client's seed", value: seed },
    { name: "a client's private key", value: rfc9807.deriveDiffieHellmanKeyPair(seed).privateKey },
    { name: 'a masking key', value: expand(own, utf8('MaskingKey'), 64) },
    { name: "a sealed key's key", value: expand(rwd, concat(utf8('strongroom sealed key'), generation), 32) },
  ];
}

/** Every field of every record of a vault, and its own keys. */
export function vaultNeedles({ fleetKeys, proposeKeys, records }: VaultContents): Needle[] {
  const credentials = records.flatMap(credentialsOf);
  return [
    { name: "the vault's HPKE seed", value: fleetKeys.hpkeSeed },
    { name: "the vault's AKE private key", value: fleetKeys.akePrivateKey },
    { name: "the vault's fleet key", value: fleetKeys.fleetKey },
    ...(proposeKeys?.keys ?? []).map(({ seed }) => ({ name: 'the seed of a key for Propose', value: seed })),
    ...records.map(({ anchor }) => ({ name: 'an anchor', value: anchor })),
    ...records.flatMap(({ lastBegin }) =>
      lastBegin ? [{ name: 'the answer to a guess', value: lastBegin.reply.subarray(3, 323) }] : [],
    ),
    ...credentials.flatMap((credential) => [
      { name: 'a generation', value: credential.generation },
      { name: 'a key share', value: credential.keyShare },
      ...credential.publicShares.map((value) => ({ name: 'a public share', value })),
      { name: "a client's public key", value: credential.clientPublicKey },
      { name: 'a masking key', value: credential.maskingKey },
      { name: 'an envelope', value: credential.envelope },
      { name: 'a sealed key', value: credential.sealedKey },
      { name: "an owner's public key", value: credential.ownerPublicKey },
    ]),
  ];
}

/** The credentials of a record that a password may open. */
export function credentialsOf({ live, candidate }: VaultContents['records'][number]): Credential[] {
  return [live?.credential, candidate?.credential].filter((one) => one !== undefined);
}

/** Texts, names and stretches of content of a folder of chats. */
export async function chatNeedles(folder: string): Promise<Needle[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const stretches = contents.flatMap((content) =>
    [0.25, 0.5, 0.9].map((part) => content.subarray(part * content.length).subarray(0, 32)),
  );
  return [
    ...files.map((file) => ({ name: 'the name of a file', value: basename(file) })),
    ...contents.map((content) => ({
      name: 'the hash of a file',
      value: createHash('sha256').update(content).digest(),
    })),
    // A stretch of zeros says nothing.
    ...stretches
      .filter((stretch) => new Set(stretch).size > 8)
      .map((value) => ({ name: 'content of a file', value })),
    ...textsIn(join(folder, 'Databases', 'msgstore.db')).map((value) => ({ name: 'a text', value })),
  ];
}

function textsIn(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const texts = database
    .prepare(
      `SELECT DISTINCT text_data AS text FROM message WHERE length(text_data) > 16
       UNION SELECT display_name FROM wa_contacts WHERE length(display_name) > 9 LIMIT 400`,
    )
    .all();
  database.close();
  return texts.map(({ text }) => String(text));
}

// HKDF-Expand with SHA-512 (RFC 5869 section 2.3), up to one block.
function expand(key: Uint8Array, info: Uint8Array, length: number): Bytes {
  return new Uint8Array(createHmac('sha512', key).update(info).update(Uint8Array.of(1)).digest()).slice(
    0,
    length,
  );
}

// RFC 8032 section 5.1.5.
function clamp(bytes: Uint8Array): Buffer {
  const scalar = Buffer.from(bytes);
  scalar[0]! &= 248;
  scalar[31] = (scalar[31]! & 127) | 64;
  return scalar;
}
