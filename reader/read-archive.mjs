#!/usr/bin/env node
// Restores an encrypted archive that lies in a folder, with the 64-digit key and nothing but Node. It shares no code
// with the program that writes archives: it is docs/archive-format.md in executable form, in the order of that page.
//
//   node read-archive.mjs FOLDER                            lists the snapshots
//   node read-archive.mjs FOLDER TARGET [--snapshot ID]     restores one, by default the newest
//
// The key is read from standard input, or with --key-file F from a file. What is damaged is named and left out; the
// exit code is 0 only if everything was there and intact.

import { createDecipheriv, createHash, createHmac, hkdfSync, randomUUID, timingSafeEqual } from 'node:crypto';
import * as fs from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { constants, inflateRawSync, zstdDecompressSync } from 'node:zlib';

const KiB = 1024;
const MiB = 1024 * KiB;

/** Something of the archive is lost or was altered; the rest may still be read. */
class Damaged extends Error {}
/** Nothing more is read. */
class Refused extends Error {}

function check(holds, object, why) {
  if (!holds) throw new Damaged(`${object} ${why}`);
}

/** Does what fails when the bytes are not right. */
function trying(object, why, work) {
  try {
    return work();
  } catch (cause) {
    throw new Damaged(`${object} ${why}`, { cause });
  }
}

// ----------------------------------------------------------------------------------- Protocol Buffers (proto3)

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const numbers = {
  bool: (value) => value !== 0n,
  uint32: (value) => Number(BigInt.asUintN(32, value)),
  uint64: (value) => value,
  sint64: (value) => (value >> 1n) ^ -(value & 1n),
};
const others = { bytes: (bytes) => bytes, string: (bytes) => utf8.decode(bytes) };
const defaults = { bool: false, uint32: 0, uint64: 0n, sint64: 0n, bytes: Buffer.alloc(0), string: '' };

/** A schema: names and types of the fields 1, 2, 3, …; a star is for repeated ones, and `-` is not read. */
function schema(fields, nested = {}) {
  return fields.split(' ').map((field) => {
    const [, name, type, star] = /^(\w+|-):?(\w*)(\*?)$/.exec(field);
    const other = nested[type] ? (bytes) => decode(bytes, nested[type]) : others[type];
    return { name, number: numbers[type], other, repeated: star === '*', initial: defaults[type] };
  });
}

/** The message of its bytes. Fields that the schema does not have are passed over. */
function decode(bytes, fields) {
  const start = fields.map(({ name, repeated, initial }) => [name, repeated ? [] : initial]);
  const message = Object.fromEntries(start);
  for (const input = { bytes, at: 0 }; input.at < bytes.length;) {
    const tag = varint(input);
    const { name = '-', number, other, repeated } = fields[Number(tag >> 3n) - 1] ?? {};
    const value = tag & 7n ? lengthOf(input, Number(tag & 7n)) : varint(input);
    if (name === '-') continue;
    for (const one of number && typeof value !== 'bigint' ? packed(value) : [value])
      if (repeated) message[name].push((number ?? other)(one));
      else message[name] = (number ?? other)(one);
  }
  return message;
}

function lengthOf(input, wireType) {
  const length = wireType === 2 ? Number(varint(input)) : { 1: 8, 5: 4 }[wireType];
  if (!(input.at + length <= input.bytes.length)) throw new RangeError('a field is cut short');
  input.at += length;
  return input.bytes.subarray(input.at - length, input.at);
}

function* packed(bytes) {
  for (const input = { bytes, at: 0 }; input.at < bytes.length;) yield varint(input);
}

function varint(input) {
  let value = 0n;
  for (let shift = 0n; shift < 70n && input.at < input.bytes.length; shift += 7n) {
    const byte = input.bytes[input.at++];
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new RangeError('a number is cut short');
}

const place = 'offset:uint32 sealedLength:uint32 plainLength:uint32';
const TableEntry = schema(`name:bytes ${place}`);
const PackTable = schema('chunks:TableEntry*', { TableEntry });
const ArchiveDescriptor = schema('archiveId:bytes keyCheck:bytes');
const ChunkRef = schema(`name:bytes pack:uint32 ordinal:uint32 ${place}`);
const ManifestEntry = schema(
  'path:string kind:uint32 category:uint32 size:uint64 modifiedNs:sint64 mode:uint32 linkTarget:string ' +
    'extentChunks:uint32* extentOffsets:uint32* extentLengths:uint32* continues:bool ' +
    'patchGaps:uint64* patchChunks:uint32* patchOffsets:uint32* patchLengths:uint32*',
);
const groupFields = 'packs:bytes* chunks:ChunkRef* entries:ManifestEntry* keys:bytes* packKeys:uint32*';
const ManifestGroup = schema(groupFields, { ChunkRef, ManifestEntry });
const KeptSnapshot = schema('id:string number:uint64 hash:bytes firstHash:bytes');
const SteppedPack = schema('name:bytes size:uint32');
const ArchiveSnapshot = schema(
  'number:uint64 previousHash:bytes timeMs:uint64 - - - kept:KeptSnapshot* packs:bytes* manifest:ChunkRef* ' +
    'steppedPacks:SteppedPack* keys:bytes* packKeys:uint32* earlierKeys:bytes*',
  { KeptSnapshot, ChunkRef, SteppedPack },
);

const parse = (object, bytes, fields) => trying(object, 'cannot be read', () => decode(bytes, fields));

// -------------------------------------------------------------------------------------------------- 1. Objects

/** The object of this name: a file below the folder. */
function readObject(folder, name, longest) {
  check(fs.statSync(join(folder, name)).size <= longest, name, 'is too long');
  return fs.readFileSync(join(folder, name));
}

/** What is directly below a place and has such a name, sorted; none when there is no such folder. */
function listObjects(folder, pattern) {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return names.filter((name) => pattern.test(name)).toSorted();
}

function checkHeader(object, bytes, magic) {
  check(bytes.length >= 8, object, 'is cut short');
  check(bytes.toString('latin1', 0, 4) === magic, object, 'is not what its name says');
  const version = bytes.readUInt16BE(4);
  if (version > 1) throw new Refused(`${object} has format version ${version}: take a newer reader.`);
  check(version === 1, object, 'is of a preview version');
  check(bytes.readUInt16BE(6) === 0, object, 'has an altered header');
}

// ----------------------------------------------------------------------------------------------------- 2. Keys

/** The keys that come from a backup key of 32 bytes. */
function deriveKeys(backupKey) {
  const derive = (label, length, salt) =>
    Buffer.from(hkdfSync('sha256', backupKey, salt, `strongroom ${label}`, length));
  return {
    check: derive('key check', 16, '').toString('hex'),
    descriptor: derive('descriptor', 32, ''),
    chunkId: derive('chunk id', 32, ''),
    pack: (salt) => derive('pack', 96, salt),
    snapshot: (salt) => derive('snapshot', 32, salt),
  };
}

const integer = (value, length) => Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
const hmac = (key, message) => createHmac('sha256', key).update(message).digest();
/** Each field with its length before it, as 2 bytes. */
const encode = (...fields) => Buffer.concat(fields.flatMap((field) => [integer(field.length, 2), field]));

/** The plaintext of sealed bytes. @param ordinal of a chunk */
function open(object, key, sealed, ordinal) {
  check(sealed.length >= 16, object, 'is cut short');
  const tied = [integer(1, 2), Buffer.from(object)];
  if (ordinal !== undefined) tied.push(integer(ordinal, 4));
  const nonce = integer(ordinal ?? 0, 12);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  const plain = decipher.setAAD(encode(...tied)).update(sealed.subarray(0, -16));
  trying(object, 'was altered', () => decipher.setAuthTag(sealed.subarray(-16)).final());
  return plain;
}

/** The message in padded bytes: its length, itself, zeros. */
function unpad(object, padded) {
  const end = padded.length < 4 ? Infinity : 4 + padded.readUInt32BE(0);
  check(end <= padded.length, object, 'is cut short');
  check(!padded.subarray(end).some(Boolean), object, 'has altered padding');
  return padded.subarray(4, end);
}

// ----------------------------------------------------------------------------------------------- 3. Descriptor

function checkDescriptor(folder, id, keys) {
  const object = `${id}/descriptor`;
  const bytes = readObject(folder, object, 64 * KiB);
  checkHeader(object, bytes, 'SRDE');
  check(bytes.length >= 40, object, 'is cut short');
  const message = bytes.subarray(40);
  const authenticated = Buffer.concat([encode(bytes.subarray(0, 8), Buffer.from(object)), message]);
  const { archiveId, keyCheck } = parse(object, message, ArchiveDescriptor);
  check(archiveId.toString('hex') === id, object, 'belongs to another archive');
  check(keyCheck.toString('hex') === keys.check, object, 'is of another key');
  const mac = hmac(keys.descriptor, authenticated);
  check(timingSafeEqual(bytes.subarray(8, 40), mac), object, 'was altered');
}

// ----------------------------------------------------------------------------------------------------- 4. Pack

class Pack {
  constructor(folder, name, keys) {
    this.name = name;
    this.place = join(folder, name);
    this.size = fs.statSync(this.place).size;
    const start = this.read(0, 40);
    checkHeader(name, start, 'SRPK');
    this.keys = keys.pack(start.subarray(8));
    this.chunkId = keys.chunkId;
  }

  read(offset, length) {
    check(offset + length <= this.size, this.name, 'is cut short');
    const bytes = Buffer.alloc(length);
    const file = fs.openSync(this.place, 'r');
    fs.readSync(file, bytes, 0, length, offset);
    fs.closeSync(file);
    return bytes;
  }

  chunk({ name, ordinal, offset, sealedLength, plainLength }) {
    const sealed = this.read(offset, sealedLength);
    const frame = open(this.name, this.keys.subarray(0, 32), sealed, ordinal);
    const plain = unframe(this.name, frame, plainLength);
    check(hmac(this.chunkId, plain).equals(name), this.name, 'holds another chunk than it should');
    return plain;
  }

  /** What the pack itself says that it holds. No restore needs it. */
  table(size) {
    check(this.size === size, this.name, `has ${this.size} bytes, not ${size}`);
    const trailer = open(this.name, this.keys.subarray(64), this.read(size - 24, 24));
    const [offset, length] = [trailer.readUInt32BE(0), trailer.readUInt32BE(4)];
    check(offset >= 40 && offset + length === size - 24, this.name, 'has a trailer that cannot be');
    const table = open(this.name, this.keys.subarray(32, 64), this.read(offset, length));
    return parse(this.name, unpad(this.name, table), PackTable).chunks;
  }
}

const codecs = [(payload) => payload, zstdDecompressSync, inflateRawSync];

/** The plaintext of a frame, which has exactly `plainLength` bytes. */
function unframe(object, frame, plainLength) {
  const codec = codecs[frame[0]];
  check(codec, object, `has a chunk of the unknown codec ${frame[0]}`);
  const params = { [constants.ZSTD_d_windowLogMax]: 23 };
  const work = () => codec(frame.subarray(1), { maxOutputLength: plainLength, params });
  const plain = trying(object, 'has a chunk that cannot be decompressed', work);
  check(plain.length === plainLength, object, 'has a chunk of another length than it should');
  return plain;
}

/** The references of a message, each with the name and the key check of its pack in hexadecimal digits. */
function resolveRefs(object, refs, { packs, keys, packKeys }) {
  return refs.map((ref) => {
    const pack = packs[ref.pack];
    const key = keys[packKeys.length > 0 ? packKeys[ref.pack] : 0];
    check(pack?.length === 16 && key?.length === 16, object, 'names a pack that cannot be');
    const { name, offset, sealedLength, plainLength } = ref;
    const isInPack = offset >= 40 && sealedLength > 16 && offset + sealedLength <= 16 * MiB;
    const isChunk = name.length === 32 && plainLength > 0 && plainLength <= 4 * MiB;
    check(isInPack && isChunk, object, 'refers to a chunk that cannot be');
    return { ...ref, pack: pack.toString('hex'), key: key.toString('hex') };
  });
}

// ------------------------------------------------------------------------------------------------- 5. Snapshot

/** What is in a snapshot's object. @param keysOf the keys with a key check, if they are known */
function openSnapshot(object, bytes, keysOf) {
  checkHeader(object, bytes, 'SRSN');
  const keys = keysOf.get(bytes.toString('hex', 8, 24));
  check(keys, object, 'is sealed under another key');
  const padded = open(object, keys.snapshot(bytes.subarray(24, 56)), bytes.subarray(56));
  const snapshot = parse(object, unpad(object, padded), ArchiveSnapshot);
  return { ...snapshot, groups: resolveRefs(object, snapshot.manifest, snapshot) };
}

// ------------------------------------------------------------------------------------------------- 6. Manifest

const kinds = [undefined, 'file', 'directory', 'symlink'];

function isSafePath(path) {
  if (path.includes('\0') || Buffer.byteLength(path) > 32 * KiB) return false;
  return path.split('/').every((segment) => !['', '.', '..'].includes(segment));
}

/** What a record says of its entry, apart from the pieces. */
function beginEntry(object, record) {
  const { path, category, size } = record;
  const kind = kinds[record.kind];
  check(isSafePath(path), object, 'holds a path that is not allowed');
  check(kind && category > 0 && category < 4 && size < 2n ** 53n, object, 'holds an entry that cannot be');
  return { ...record, kind, size: Number(size), extents: [], patches: [] };
}

/** The pieces of chunks that three lists name. */
function piecesOf(object, chunks, numbers, offsets, lengths) {
  const isList = offsets.length === numbers.length && lengths.length === numbers.length;
  check(isList && numbers.length <= 16_384, object, 'has lists that cannot be');
  return numbers.map((number, i) => {
    const piece = { chunk: chunks[number], offset: offsets[i], length: lengths[i] };
    const isPiece = piece.length > 0 && piece.offset + piece.length <= piece.chunk?.plainLength;
    check(isPiece, object, 'refers to a piece that cannot be');
    return piece;
  });
}

/** Adds the extents and patches of a record to its entry. */
function addPieces(object, { size, extents, patches }, record, chunks) {
  const { extentChunks, extentOffsets, extentLengths } = record;
  extents.push(...piecesOf(object, chunks, extentChunks, extentOffsets, extentLengths));
  const { patchGaps, patchChunks, patchOffsets, patchLengths } = record;
  const more = piecesOf(object, chunks, patchChunks, patchOffsets, patchLengths);
  check(patchGaps.length === more.length, object, 'has lists that cannot be');
  for (const [i, patch] of more.entries()) {
    const before = patches.at(-1) ?? { at: 0, length: 0 };
    const at = before.at + before.length + Number(patchGaps[i]);
    check(at + patch.length <= size, object, 'patches a file behind its end');
    patches.push({ ...patch, at });
  }
}

function isWhole({ kind, size, extents, patches }) {
  if (kind !== 'file') return size + extents.length + patches.length === 0;
  return extents.reduce((sum, { length }) => sum + length, 0) === size;
}

/** The entries of a manifest. What cannot be read is reported, and reading goes on with the next group. */
function* readManifest(archive, { id, groups }) {
  const object = `the manifest of ${id}`;
  let [entry, last, mayLackStart] = [undefined, Buffer.alloc(0), false];
  for (const ref of groups) {
    try {
      const group = parse(object, archive.chunk(ref), ManifestGroup);
      const chunks = resolveRefs(object, group.chunks, group);
      for (const record of group.entries) {
        const order = Buffer.compare(last, Buffer.from(record.path));
        check(entry ? order === 0 : order < 0, object, 'is not in order');
        last = Buffer.from(record.path);
        entry ??= beginEntry(object, record);
        addPieces(object, entry, record, chunks);
        if (record.continues) continue;
        if (isWhole(entry)) yield entry;
        else check(mayLackStart, object, 'holds a file that is not whole');
        [entry, mayLackStart] = [undefined, false];
      }
    } catch (error) {
      if (!isLoss(error)) throw error;
      report(error);
      [entry, mayLackStart] = [undefined, true];
    }
  }
  if (entry) report(new Damaged(`${object} ends in the middle of an entry`));
}

/** The bytes of a file, piece by piece: the extents one after the other, and over them the patches by XOR. */
function* contentOf(archive, { extents, patches }) {
  let [at, next] = [0, 0];
  for (const { chunk, offset, length } of extents) {
    const piece = Buffer.from(archive.chunk(chunk).subarray(offset, offset + length));
    const end = at + length;
    for (; next < patches.length && patches[next].at < end; next++) {
      const patch = patches[next];
      const delta = archive.chunk(patch.chunk);
      const patchEnd = patch.at + patch.length;
      for (let i = Math.max(at, patch.at); i < Math.min(end, patchEnd); i++)
        piece[i - at] ^= delta[patch.offset + i - patch.at];
      // It goes on over the next extent.
      if (patchEnd > end) break;
    }
    yield piece;
    at = end;
  }
}

// -------------------------------------------------------------------------------------------------- 11. Reading

const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** An archive and the backup keys that are known of it: the one that was given, and those before. */
class Archive {
  packs = new Map();
  #chunks = new Map();

  constructor(folder, id, backupKey) {
    this.folder = folder;
    this.id = id;
    this.current = deriveKeys(backupKey);
    this.keys = new Map([[this.current.check, this.current]]);
  }

  /** The newest snapshot of the current key. */
  newestId() {
    return this.snapshotIds().findLast((id) => this.keyCheckOf(id) === this.current.check);
  }

  snapshotIds() {
    return listObjects(join(this.folder, this.id, 'snapshots'), ulid);
  }

  /** The key check of a snapshot, which is in the clear. The seal decides later whether that is true. */
  keyCheckOf(id) {
    const bytes = this.#object(id);
    checkHeader(id, bytes, 'SRSN');
    return bytes.toString('hex', 8, 24);
  }

  /** A snapshot that is sealed under the current key; or one that such a snapshot names, with its hash. */
  snapshot(id, kept) {
    const object = `${this.id}/snapshots/${id}`;
    const bytes = this.#object(id);
    const hash = createHash('sha256').update(bytes).digest();
    check(!kept || hash.equals(kept.hash), object, 'is another than the one that was made');
    const current = new Map([[this.current.check, this.current]]);
    const snapshot = openSnapshot(object, bytes, kept ? this.keys : current);
    for (const keys of snapshot.earlierKeys.map(deriveKeys)) this.keys.set(keys.check, keys);
    return { ...snapshot, id };
  }

  #object(id) {
    return readObject(this.folder, `${this.id}/snapshots/${id}`, 64 * MiB);
  }

  chunk(ref) {
    const place = JSON.stringify(ref);
    const plain = this.#chunks.get(place) ?? this.#pack(ref).chunk(ref);
    this.#chunks.delete(place);
    this.#chunks.set(place, plain);
    if (this.#chunks.size > 48) this.#chunks.delete(this.#chunks.keys().next().value);
    return plain;
  }

  #pack({ pack, key }) {
    const name = `${this.id}/packs/${pack}`;
    check(this.keys.has(key), name, 'is sealed under a key that no snapshot names');
    if (!this.packs.has(name)) this.packs.set(name, new Pack(this.folder, name, this.keys.get(key)));
    return this.packs.get(name);
  }
}

/** The only archive, or the only one of this key. */
function findArchive(folder, backupKey) {
  const all = listObjects(folder, /^[0-9a-f]{32}$/).map((id) => new Archive(folder, id, backupKey));
  const ours = all.length > 1 ? all.filter((archive) => archive.newestId()) : all;
  if (ours.length !== 1) throw new Refused(`There are ${ours.length} archives of this key in ${folder}.`);
  return ours[0];
}

/** The newest snapshot, or one that it names. One that it does not name has to be under the current key. */
function chooseSnapshot(archive, wanted) {
  const newestId = archive.newestId();
  if (!newestId) throw new Refused('There is no snapshot of this key.');
  let newest;
  attempt(() => (newest = archive.snapshot(newestId)));
  if (wanted !== undefined && wanted !== newestId) {
    if (!ulid.test(wanted)) throw new Refused('The id of a snapshot has 26 digits and capital letters.');
    return archive.snapshot(
      wanted,
      newest?.kept.find(({ id }) => id === wanted),
    );
  }
  if (!newest) throw new Refused('An older one is restored only if --snapshot asks for it.');
  // What is newer and under an earlier key, somebody may have written who has that key.
  for (const id of archive.snapshotIds().filter((id) => id > newestId && wanted === undefined)) {
    if (!archive.keys.has(archive.keyCheckOf(id))) throw new Refused(`${id} is newer, and of another key.`);
    report(new Damaged(`${id} is sealed under an earlier key, and not taken`));
  }
  return newest;
}

/** Writes every entry that is intact into a folder that is empty. */
function restore(archive, snapshot, root) {
  fs.mkdirSync(root, { recursive: true });
  if (fs.readdirSync(root).length > 0) throw new Refused(`${root} is not empty.`);
  const [folders, links] = [[], []];
  for (const entry of readManifest(archive, snapshot)) {
    if (entry.kind === 'file') attempt(() => writeFile(root, entry, contentOf(archive, entry)), entry.path);
    else (entry.kind === 'directory' ? folders : links).push(entry);
  }
  // Every folder is made before the first link: nothing is written through one.
  for (const { path } of folders) attempt(() => placeOf(root, path.concat('/')), path);
  for (const { path } of links) attempt(() => placeOf(root, path), path);
  for (const entry of links) attempt(() => writeLink(join(root, entry.path), entry), entry.path);
  for (const entry of folders.toReversed()) attempt(() => finish(join(root, entry.path), entry), entry.path);
}

/** Where a path goes. The folders above it are made. */
function placeOf(root, path) {
  const onWindows = process.platform === 'win32' && /[<>:"\\|?*\p{Cc}]|[. ](\/|$)/u.test(path);
  check(!onWindows, 'the name', 'is one that Windows does not allow');
  fs.mkdirSync(join(root, path, path.endsWith('/') ? '.' : '..'), { recursive: true });
  return join(root, path);
}

/** A file has its name only when all of it was verified and is on the disk. */
function writeFile(root, entry, content) {
  const place = placeOf(root, entry.path);
  check(!fs.lstatSync(place, { throwIfNoEntry: false }), 'something', 'has that name already');
  const part = join(place, '..', `.${randomUUID()}.part`);
  const file = fs.openSync(part, 'wx', 0o600);
  try {
    for (const piece of content) fs.writeFileSync(file, piece);
    fs.fsyncSync(file);
    finish(part, entry);
    fs.renameSync(part, place);
  } finally {
    fs.closeSync(file);
    fs.rmSync(part, { force: true });
  }
}

function writeLink(place, { linkTarget, modifiedNs }) {
  fs.symlinkSync(linkTarget, place);
  fs.lutimesSync(place, ...times(modifiedNs));
}

function finish(place, { modifiedNs, mode }) {
  fs.utimesSync(place, ...times(modifiedNs));
  fs.chmodSync(place, mode & 0o777);
}

/** Time of access and of modification. Node takes a negative number for now, but not a date. */
function times(nanoseconds) {
  const time = nanoseconds < 0n ? new Date(Number(nanoseconds) / 1e6) : Number(nanoseconds) / 1e9;
  return [time, time];
}

/** Checks what no restore needs: descriptor, other snapshots, and sizes and tables of the packs that were read. */
function checkTheRest(archive, { kept, steppedPacks }) {
  const sizes = new Map(steppedPacks.map(({ name, size }) => [name.toString('hex'), size]));
  attempt(() => checkDescriptor(archive.folder, archive.id, archive.current));
  for (const snapshot of kept) attempt(() => archive.snapshot(snapshot.id, snapshot));
  for (const pack of archive.packs.values())
    attempt(() => pack.table(sizes.get(pack.name.slice(-32)) ?? 16 * MiB));
}

// ------------------------------------------------------------------------------------------------------ Program

/** Names what is wrong, so that no name can steer a terminal. @param path of a file that is lost */
function report({ message }, path) {
  const text = path === undefined ? message : `${JSON.stringify(path)} is left out: ${message}`;
  console.error(text.replace(/\p{C}/gu, '?'));
  process.exitCode = 1;
}

/** Whether something is lost or cannot be written, so that the rest may still be had. */
const isLoss = (error) => error instanceof Damaged || error.syscall !== undefined;

function attempt(work, path) {
  try {
    work();
  } catch (error) {
    if (!isLoss(error)) throw error;
    report(error, path);
  }
}

/** The 32 bytes of 64 digits; spaces, line breaks, dashes and capitals are forgiven. */
function parseKey(text) {
  const digits = text.replace(/[\s\p{Pd}]/gu, '');
  if (!/^[0-9a-f]{64}$/i.test(digits)) throw new Refused('The key has 64 digits, 0-9 and a-f.');
  return Buffer.from(digits, 'hex');
}

function list(archive) {
  const newest = chooseSnapshot(archive);
  const earlier = newest.kept.map((kept) => () => archive.snapshot(kept.id, kept));
  for (const snapshot of [...earlier, () => newest])
    attempt(() => console.log(snapshot().id, new Date(Number(snapshot().timeMs)).toISOString()));
}

function main() {
  const options = { snapshot: { type: 'string' }, 'key-file': { type: 'string' } };
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const [folder, target] = positionals;
  if (folder === undefined || positionals.length > 2)
    throw new Refused('Usage: read-archive.mjs FOLDER [TARGET] [--snapshot ID] [--key-file F]');
  const archive = findArchive(folder, parseKey(fs.readFileSync(values['key-file'] ?? 0, 'utf8')));
  if (target === undefined) return list(archive);
  const snapshot = chooseSnapshot(archive, values.snapshot);
  restore(archive, snapshot, resolve(target));
  checkTheRest(archive, snapshot);
}

try {
  main();
} catch (error) {
  report(error);
}
